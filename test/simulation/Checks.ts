/** What a simulated world is held to at its end: pure functions from what is kept to what is wrong. */
import type { Offset } from "@wr2/engine/ConsumerOffsets"
import type { Database, Kept } from "@wr2/engine/Memory"
import type { FeedEvent } from "@wr2/engine/Messages"
import { defaults } from "@wr2/engine/Limits"
import { feedEvent } from "@wr2/engine/Publisher"
import type { ActionRecord } from "@wr2/engine/Records"
import * as Fold from "@wr2/testkit/Fold"
import * as Invariants from "@wr2/testkit/Invariants"
import * as Replayed from "@wr2/testkit/Replayed"
import * as Lab from "../../packages/engine/test/Lab.ts"
import type { Player } from "./Players.ts"
import { deadly, tooLong } from "./Schedule.ts"
import { game, heard as steps, noted, scribe, taken } from "./Scribe.ts"
import type { Step } from "./Scribe.ts"
import type { Story } from "./Story.ts"
import type { Watch } from "./Watch.ts"

/** All that a world left. */
export interface Left {
  readonly kept: ReadonlyArray<Kept>
  readonly players: ReadonlyArray<Player>
  readonly heard: ReadonlyMap<number, ReadonlyArray<FeedEvent>>
  readonly watch: Watch
  readonly poisoned: boolean
  /** How far consumers have read, by `instance/name`. */
  readonly offsets: ReadonlyMap<string, Offset>
}

/** Holds a world to everything. */
export const all = (story: Story, left: Left): void => {
  const { heard, kept, offsets, players, poisoned, watch } = left
  const say = (check: string, wrong: ReadonlyArray<string>) => {
    for (const what of wrong) story.wrong(check, what)
  }
  kept.forEach((tables, i) => {
    const instance = i + 1
    const history = historyOf(instance, tables)
    say(
      "audit",
      Invariants.problems(game, history, (type) => type === "Tick")
    )
    say("replay", Replayed.problems(game, history))
    say("order", accepted(instance, tables))
    say("follow-ups", followed(instance, tables))
    say("queue", unchanged(instance, tables, watch.queued(instance)))
    say("dead letters", unexpected(instance, tables, poisoned))
    say("secrets", overheard(instance, tables))
    say("pure", timed(instance, tables))
  })
  say("answers", answered(players, kept))
  say("stale reads", stale(players, watch))
  say("conservation", conserved(kept, players.length))
  say("hearing", hearing(heard, kept))
  say("consumers", consumed(kept, offsets))
}

/** What is still to be done, if anything is. A tick rests while nobody is there. */
export const restless = ({
  instances,
  offsets
}: Pick<Database["state"], "instances" | "offsets">): string | undefined => {
  for (const [i, { events, outbox, queue }] of [...instances.values()].entries()) {
    if (outbox.size > 0) return `instance ${i + 1} has ${outbox.size} messages left`
    const last = events.findLast(({ type }) => type === steps)?.seq ?? 0
    const read = offsets.get(`${i + 1}/${scribe}`)?.seq ?? 0
    if (read < last) return `in instance ${i + 1} Event ${last} is not consumed, ${read} is`
    const pending = [...queue.values()].find(({ type }) => type !== "Tick")
    if (pending !== undefined)
      return `instance ${i + 1} has a ${pending.type} left, due ${pending.runAt - Lab.opening}`
  }
  return undefined
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
  Fold.lines(Fold.loaded(game, historyOf(instance, kept).rows))

/** Lines that are never accepted, and why not. */
const never: ReadonlyMap<string, string> = new Map([
  ["dance", "UnknownVerb"],
  ["wrong plan", "Broken"],
  ["peek throw", "Broken"],
  [tooLong, "TooLong"]
])

/** 1. Every acknowledged Command's Actions are done, refused or dead letters, once; a rejected one's are not there. */
const answered = (players: ReadonlyArray<Player>, kept: ReadonlyArray<Kept>): Array<string> => {
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
  for (const { id, said } of players) {
    for (const { intent, reply } of said) {
      const line = intent.text!
      const times = done.get(`person:${id}#${intent.n}`) ?? 0
      const verdict = never.get(line) ?? "Accepted"
      const expected = verdict === "Accepted" && line !== "look" ? 1 : 0
      if (Lab.tag(reply) === verdict && times === expected) continue
      wrong.push(
        `person:${id}#${intent.n} "${line}" was ${Lab.tag(reply)} and is there ${times} times`
      )
    }
  }
  return wrong
}

/** 4. One actor's Commands are accepted in the order of n. */
const accepted = (instance: number, { dead, log, queue }: Kept): Array<string> => {
  const last = new Map<string, number>()
  const first = [...log.values(), ...dead.values(), ...queue.values()]
    .filter(({ cause, commandId }) => cause === null && commandId?.startsWith("person:") === true)
    .sort((a, b) => a.no - b.no)
  return first.flatMap(({ commandId }) => {
    const [actor = "", n] = commandId!.split("#")
    const before = last.get(actor) ?? 0
    last.set(actor, Number(n))
    return Number(n) >= before
      ? []
      : [`instance ${instance}: ${commandId} was accepted after #${before}`]
  })
}

/** 1. What recurs goes on: each time but the last has the next one for its follow-up, one alone. */
const followed = (instance: number, { dead, log, queue }: Kept): Array<string> => {
  const children = new Map<number, number>()
  for (const { cause } of [...log.values(), ...dead.values(), ...queue.values()])
    if (cause !== null) children.set(cause, (children.get(cause) ?? 0) + 1)
  return [...log.values()].flatMap(({ no, outcome, payload, type }) => {
    const { times = 0 } = payload as { readonly times?: number }
    const expected = outcome === "done" && times > 1 ? 1 : 0
    const found = children.get(no) ?? 0
    if (type === "Push" || found === expected) return []
    return [`instance ${instance}: ${type} ${no} (${times} times) has ${found} follow-ups`]
  })
}

/** What waits is done as it was queued. */
const unchanged = (
  instance: number,
  { dead, log }: Kept,
  queued: ReadonlyMap<number, ActionRecord>
): Array<string> => {
  const what = ({
    actor,
    cause,
    commandId,
    key,
    payload,
    priority,
    runAt,
    seed,
    type
  }: ActionRecord) =>
    JSON.stringify([type, actor, cause, commandId, key, payload, priority, runAt, seed])
  return [...log.values(), ...dead.values()].flatMap((record) => {
    const before = queued.get(record.no)
    if ("now" in record && record.now < record.runAt && "outcome" in record)
      return [`instance ${instance}: ${record.type} ${record.no} ran before it was due`]
    if (before === undefined || what(before) === what(record)) return []
    return [
      `instance ${instance}: ${record.no} was queued as ${what(before)}, done as ${what(record)}`
    ]
  })
}

/** Nothing is a dead letter but what must be. */
const unexpected = (instance: number, { dead }: Kept, poisoned: boolean): Array<string> =>
  [...dead.values()].flatMap(({ error, no, payload, type }) => {
    const { how, value } = payload as { readonly how?: string; readonly value?: number }
    if (type === "Misbehave" && how === "throw") return []
    if (type === "Misbehave" && how === deadly.split(" ")[1]) return []
    if (type === "Mint" && value === 13) return []
    if (poisoned && error.startsWith("tried ")) return []
    return [`instance ${instance}: ${type} ${no} is one: ${error.split("\n")[0]}`]
  })

/** 11. What an actor is told alone, nobody else can hear. */
const overheard = (instance: number, { events }: Kept): Array<string> =>
  events.flatMap(({ payload, seq, streams, type }) => {
    if (type !== "ActionRefused" && type !== "ActionFailed") return []
    const { actor } = JSON.parse(payload)
    const alone = `${String(actor.type).toLowerCase()}:${actor.id}`
    return streams.join() === alone
      ? []
      : [`instance ${instance}: ${type} ${seq} of ${alone} is told to ${streams.join()}`]
  })

/** 5. The time that a rule was given is the time that it tells. */
const timed = (instance: number, { events }: Kept): Array<string> =>
  events.flatMap(({ at, payload, seq, type }) =>
    (type === "Rang" || type === "Ticked") && JSON.parse(payload).at !== at
      ? [`instance ${instance}: ${type} ${seq} tells another time than it had`]
      : []
  )

/** 6. What is answered is no older than the lease allows: a former owner's memory is not read from. */
const stale = (players: ReadonlyArray<Player>, watch: Watch): Array<string> =>
  players.flatMap(({ id, said }) =>
    said.flatMap(({ from, instance, intent, reply, since }) => {
      // What travelled along has no seq here.
      if (reply?._tag !== "Accepted" || reply.asOf === 0 || from !== instance) return []
      const head = watch.headAt(instance, since - defaults.readStaleness)
      return reply.asOf >= head
        ? []
        : [`person:${id}#${intent.n} was answered as of ${reply.asOf}, but ${head} was long known`]
    })
  )

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
  const values = new Map<string, number>()
  const changed: Array<string> = []
  const at = (what: string) => places.set(what, (places.get(what) ?? 0) + 1)
  const worth = new Map<string, number>()
  const coin = (id: number, value: number) => {
    at(`coin:${id}`)
    values.set(`coin:${id}`, value)
  }
  const carried = (payload: any) => {
    if (!Array.isArray(payload?.coins)) return
    at(`person:${payload.person}`)
    for (const { id, value } of payload.coins) coin(id, value)
  }
  const expected = new Set<string>()
  for (let id = 1; id <= players; id++) expected.add(`person:${id}`).add(`coin:${100 + id}`)
  const melted = new Set<string>()
  kept.forEach(({ dead, events, outbox, rows }, i) => {
    for (const [key, { row }] of rows) {
      if (row.value === undefined) at(key)
      else coin(row.id, row.value)
    }
    for (const { command, n, target } of outbox.values()) {
      if (n > (kept[target - 1]?.cursors.get(`instance:${i + 1}`)?.lastN ?? 0)) carried(command)
    }
    for (const { payload } of dead.values()) carried(payload)
    for (const { payload, type } of events) {
      if (type === "Minted") {
        const minted = JSON.parse(payload)
        expected.add(`coin:${minted.coin}`)
        worth.set(`coin:${minted.coin}`, minted.value)
      }
      if (type === "Melted") melted.add(`coin:${JSON.parse(payload).coin}`)
    }
  })
  for (const what of melted) expected.delete(what)
  for (const [what, value] of values) {
    const before = worth.get(what)
    if (before !== undefined && before !== value)
      changed.push(`${what} is worth ${value}, and was minted as ${before}`)
  }
  return [
    ...changed,
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

/** 1. Each step that was taken is written down once, wherever who took it went; and consumed in order. */
const consumed = (
  kept: ReadonlyArray<Kept>,
  offsets: ReadonlyMap<string, Offset>
): Array<string> => {
  const wrong: Array<string> = []
  const times = new Map<string, number>()
  const had = ({ instance, seq }: Step) =>
    times.set(`${instance}/${seq}`, (times.get(`${instance}/${seq}`) ?? 0) + 1)
  for (const { dead, events } of kept) {
    for (const { payload, type } of events) if (type === noted) had(JSON.parse(payload))
    // What must not be one is told elsewhere; it is had all the same.
    for (const { payload, type } of dead.values()) if (taken.has(type)) had(payload as Step)
  }
  kept.forEach(({ dead, events, log }, i) => {
    const instance = i + 1
    for (const { seq, type } of events) {
      const found = times.get(`${instance}/${seq}`) ?? 0
      if (found !== (type === steps ? 1 : 0))
        wrong.push(`instance ${instance}: ${type} ${seq} is written down ${found} times`)
    }
    const accepted = [...log.values(), ...dead.values()]
      .filter(({ actor, cause }) => cause === null && actor?.type === `consumer:${scribe}`)
      .sort((a, b) => a.no - b.no)
      .map(({ payload }) => (payload as Step).seq)
    accepted.forEach((seq, at) => {
      if (at > 0 && seq <= accepted[at - 1]!)
        wrong.push(`instance ${instance}: Event ${seq} was consumed after ${accepted[at - 1]}`)
    })
    const offset = offsets.get(`${instance}/${scribe}`)
    if (offset?.parked) wrong.push(`instance ${instance}: it is parked at ${offset.parked.seq}`)
  })
  return wrong
}
