/** Who looks at the database of a simulated world all the time: what is committed when, what was queued. */
import type { Call, Database } from "@wr2/engine/Memory"
import type { ActionRecord } from "@wr2/engine/Records"
import * as Consuming from "./Consuming.ts"
import type { Story } from "./Story.ts"
import type { Virtual } from "./Virtual.ts"

export interface Watch {
  /** To be told of every call of a port that was made. */
  readonly made: (who: string, call: Call) => void
  /** The seq of an instance's newest Event at a time. */
  readonly headAt: (instance: number, time: number) => number
  /** Every Action that was ever pending in an instance, by its number, as it was queued. */
  readonly queued: (instance: number) => ReadonlyMap<number, ActionRecord>
}

interface Seen {
  readonly heads: Array<{ readonly at: number; readonly seq: number }>
  readonly queued: Map<number, ActionRecord>
  events: number
  dead: number
  epoch: number
  readonly read: Consuming.Read
}

export const make = (db: Database, virtual: Virtual, story: Story): Watch => {
  const all = new Map<number, Seen>()
  const seen = (instance: number): Seen => {
    const found = all.get(instance)
    if (found !== undefined) return found
    const read = { seq: 0, events: 0 }
    const fresh: Seen = { heads: [], queued: new Map(), events: 0, dead: 0, epoch: 0, read }
    all.set(instance, fresh)
    return fresh
  }
  const look = (who: string, method: string, instance: number): void => {
    const tables = db.state.instances.get(instance)
    const owner = db.state.owners.get(instance)
    if (tables === undefined || owner === undefined) return
    const before = seen(instance)
    if (owner.epoch !== before.epoch) {
      before.epoch = owner.epoch
      story.tell(who, `owns instance ${instance} (epoch ${owner.epoch})`)
    }
    const { events } = tables
    if (events.length > before.events) {
      before.heads.push({ at: virtual.now, seq: events.at(-1)!.seq })
      const told = events
        .slice(before.events)
        .map(
          ({ commandId, seq, type }) =>
            `${seq} ${type}${commandId === null ? "" : ` (${commandId})`}`
        )
      story.tell(who, `commits in instance ${instance}: ${told.join(", ")}`)
    }
    before.events = events.length
    if (tables.dead.size > before.dead) {
      before.dead = tables.dead.size
      const { error, type } = [...tables.dead.values()].at(-1)!
      story.tell(who, `a dead letter in instance ${instance}: ${type}, ${error.split("\n")[0]}`)
    }
    for (const [no, record] of tables.queue)
      if (!before.queued.has(no)) before.queued.set(no, record)
    Consuming.passed(db, instance, before.read, story)
    if (method === "release") story.tell(who, `lets instance ${instance} go until ${owner.nextDue}`)
  }
  return {
    made: (who, { instances, method }) => {
      for (const instance of instances) look(who, method, instance)
    },
    headAt: (instance, time) => {
      let found = 0
      for (const { at, seq } of seen(instance).heads) if (at <= time) found = seq
      return found
    },
    queued: (instance) => seen(instance).queued
  }
}
