/** What a simulated world is held to at its end: pure functions from what is kept to what is wrong. */
import type { Kept } from "@wr2/engine/Memory"
import type { FeedEvent, Intent, Reply } from "@wr2/engine/Messages"
import { feedEvent } from "@wr2/engine/Publisher"
import * as Fold from "@wr2/testkit/Fold"
import type * as Invariants from "@wr2/testkit/Invariants"
import * as Lab from "../../packages/engine/test/Lab.ts"
import { yard } from "../../packages/engine/test/Yard.ts"

/** A Command that a client sent, and what it was told at last. */
export interface Sent {
  readonly intent: Intent
  readonly reply: Reply | undefined
}

/** What the invariants look at. */
export const historyOf = (instance: number, kept: Kept): Invariants.Kept => {
  const rows = [...kept.rows.values()].map(({ aggregate, id, row }) => {
    const runtime = kept.runtimes.get(`${aggregate.table}:${id}`)
    return { aggregate, id, row, stamp: 0, runtime: runtime && { ...runtime, dirty: false } }
  })
  return {
    instance,
    snapshot: kept.snapshots.get(0)!.rows,
    rows,
    events: kept.events,
    log: [...kept.log.values()],
    queue: [...kept.queue.values()],
    dead: [...kept.dead.values()]
  }
}

/** The rows of an instance as lines, as a projection's are. */
export const linesOf = (instance: number, kept: Kept): ReadonlyArray<string> =>
  Fold.lines(Fold.loaded(yard, historyOf(instance, kept).rows))

/** 1. Every acknowledged Command's Actions are done, refused or dead letters, once; a rejected one's are not there. */
export const answered = (
  sent: ReadonlyMap<string, ReadonlyArray<Sent>>,
  kept: ReadonlyArray<Kept>
): Array<string> => {
  const wrong: Array<string> = []
  const done = new Map<string, number>()
  for (const { dead, log, queue } of kept) {
    for (const { cause, commandId, key } of [
      ...log.values(),
      ...dead.values(),
      ...queue.values()
    ]) {
      if (cause !== null || commandId === null || key !== `${commandId}/0`) continue
      done.set(commandId, (done.get(commandId) ?? 0) + 1)
    }
  }
  for (const [actor, all] of sent) {
    for (const { intent, reply } of all) {
      const times = done.get(`${actor}#${intent.n}`) ?? 0
      const reads = intent.text === "look"
      const expected = reply?._tag === "Accepted" && !reads ? 1 : 0
      if (reply === undefined || times !== expected)
        wrong.push(
          `${actor}#${intent.n} "${intent.text}" was ${Lab.tag(reply)} and is there ${times} times`
        )
    }
  }
  return wrong
}

/** 11. Who reads hears each Event once, in order, as it was logged. */
export const hearing = (
  heard: ReadonlyMap<number, ReadonlyArray<FeedEvent>>,
  kept: ReadonlyArray<Kept>
): Array<string> =>
  [...heard].flatMap(([instance, all]) => {
    const { events } = kept[instance - 1]!
    const said = all.findIndex(
      (event, i) => JSON.stringify(event) !== JSON.stringify(feedEvent(events[i]!))
    )
    if (said >= 0) return [`instance ${instance}: what was heard as Event ${said + 1} is not it`]
    const missing = events.length - all.length
    return missing > 0 ? [`instance ${instance}: ${missing} Events were not heard`] : []
  })

/** 10. Each person and coin is in one place; coins come and go only by Events that say so. */
export const conserved = (kept: ReadonlyArray<Kept>, players: number): Array<string> => {
  const places = new Map<string, number>()
  const at = (what: string) => places.set(what, (places.get(what) ?? 0) + 1)
  const carried = (payload: any) => {
    if (!Array.isArray(payload?.coins)) return
    at(`person:${payload.person}`)
    for (const { id } of payload.coins) at(`coin:${id}`)
  }
  const expected = new Set<string>()
  for (let id = 1; id <= players; id++) expected.add(`person:${id}`).add(`coin:${100 + id}`)
  const melted = new Set<string>()
  kept.forEach(({ dead, events, outbox, rows }, i) => {
    for (const key of rows.keys()) at(key)
    for (const { command, n, target } of outbox.values()) {
      if (n > (kept[target - 1]?.cursors.get(`instance:${i + 1}`)?.lastN ?? 0)) carried(command)
    }
    for (const { payload } of dead.values()) carried(payload)
    for (const { payload, type } of events) {
      if (type === "Minted") expected.add(`coin:${JSON.parse(payload).coin}`)
      if (type === "Melted") melted.add(`coin:${JSON.parse(payload).coin}`)
    }
  })
  for (const coin of melted) expected.delete(coin)
  return [
    ...[...expected].filter((what) => !places.has(what)).map((what) => `${what} is nowhere`),
    ...[...places].flatMap(([what, times]) =>
      times > 1
        ? [`${what} is in ${times} places`]
        : expected.has(what)
          ? []
          : [`${what} came from nowhere`]
    )
  ]
}
