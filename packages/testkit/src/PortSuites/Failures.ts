/** What fails, fails whole: docs/protocols.md 2 and 4. */
import { assert, describe } from "@effect/vitest"
import type { Vitest } from "@effect/vitest"
import type { Aggregate } from "@wr2/core"
import type { InstanceStore as Port, Records } from "@wr2/engine"
import { Effect } from "effect"
import { Counter } from "../TestGame.ts"
import * as S from "./Support.ts"
import type { Stores, StoreTools } from "./Tools.ts"

type Some = Partial<Omit<Records.Writes, "now">>

const birth = {
  rows: [S.counter(1, {}, "glad"), S.counter(2), S.counter(3, {}, "sad"), S.purse(1, 10)],
  queue: [S.action(1), S.action(2), S.action(8), S.action(9)]
}
const history: Some = {
  log: [S.done(3)],
  dead: [S.dead(4)],
  events: [S.event(1)],
  outbox: [S.message(1), S.message(2)],
  cursors: [S.cursor("purse:1", 1)]
}
/** One of every kind of write, all in order: what the faulty one must not leave behind. */
const good: Records.Writes = S.writes({
  cursors: [S.cursor("purse:1", 2), S.cursor("purse:9", 1)],
  rows: [
    S.put("insert", S.counter(20)),
    S.put("update", S.counter(3, { count: 1 })),
    S.put("update", S.purse(1, 3)),
    S.put("insert", S.purse(20, 7))
  ],
  runtimes: [
    { op: "update", aggregate: Counter, id: 3, data: { mood: "mad" }, builtAt: 1 },
    { op: "insert", aggregate: Counter, id: 20, data: { mood: "new" }, builtAt: 1 }
  ],
  events: [S.event(2), S.event(3)],
  log: [S.done(10)],
  dequeued: [8, 9],
  queued: [S.action(11), S.action(8, { runAt: 5 })],
  attempted: [2],
  dead: [S.dead(12)],
  outbox: [S.message(3)],
  delivered: [2]
})

const merged = (some: Some): Records.Writes => {
  const { now, ...lists } = good
  const all: Record<string, ReadonlyArray<unknown>> = { ...lists }
  for (const [key, more] of Object.entries(some)) all[key] = [...all[key]!, ...more]
  return { now, ...all } as unknown as Records.Writes
}

const runtime = (
  op: "insert" | "update",
  id: number,
  mood: unknown = "new"
): Records.RuntimeWrite => ({ op, aggregate: Counter, id, data: { mood }, builtAt: 1 })
const update = (row: Aggregate.Given, field: string, value: unknown): Records.RowWrite => ({
  op: "update",
  ...row.ref,
  row: { ...row.row, [field]: value }
})

const wrong: Readonly<Record<string, Some>> = {
  "a row inserted that exists": { rows: [S.put("insert", S.counter(1))] },
  "a row updated that is not there": { rows: [S.put("update", S.counter(99))] },
  "a row deleted that is not there": { rows: [{ op: "delete", aggregate: Counter, id: 99 }] },
  "a runtime row inserted that exists": { runtimes: [runtime("insert", 1)] },
  "a runtime row updated that is not there": { runtimes: [runtime("update", 2)] },
  "a runtime row deleted that is not there": {
    runtimes: [{ op: "delete", aggregate: Counter, id: 2 }]
  },
  "an Action done that did not wait": { dequeued: [99] },
  "an Action done twice": { dequeued: [1, 1] },
  "an Action attempted that did not wait": { attempted: [99] },
  "an Action queued under a number in use": { queued: [S.action(1)] },
  "two Actions queued under one number": { queued: [S.action(30), S.action(30)] },
  "an Action logged under a number in use": { log: [S.done(3)] },
  "a dead letter under a number in use": { dead: [S.dead(4)] },
  "a message sent under a number in use": { outbox: [S.message(1)] },
  "a message delivered that was not there": { delivered: [99] }
}

/** Text that no database takes, in every place where text goes. */
const spoiled = (text: string): Readonly<Record<string, Some>> => ({
  "the text of an inserted row": {
    rows: [{ op: "insert", ...Counter.ref(30), row: { ...S.counter(30).row, label: text } }]
  },
  "the text of an updated row": { rows: [update(S.counter(1), "label", text)] },
  "the JSON of an inserted row": {
    rows: [{ op: "insert", ...Counter.ref(30), row: { ...S.counter(30).row, tags: [text] } }]
  },
  "the JSON of an updated row": { rows: [update(S.counter(1), "tags", [{ [text]: 1 }])] },
  "inserted runtime data": { runtimes: [runtime("insert", 2, text)] },
  "updated runtime data": { runtimes: [runtime("update", 1, text)] },
  "a cursor's actor": { cursors: [S.cursor(text, 1)] },
  "a cursor's replies": {
    cursors: [S.cursor("purse:7", 1, { replies: [{ n: 1, reply: [text] }] })]
  },
  "an Event's type": { events: [S.event(4, { type: text })] },
  "an Event's payload": { events: [S.event(4, { payload: JSON.stringify({ text }) })] },
  "an Event's streams": { events: [S.event(4, { streams: ["a", text] })] },
  "an Event's Command": { events: [S.event(4, { commandId: text })] },
  "a logged Action's key": { log: [S.done(30, { key: text })] },
  "a logged Action's payload": { log: [S.done(30, { payload: { text } })] },
  "a refused Action's reason": { log: [S.done(30, { outcome: "refused", reason: { text } })] },
  "a waiting Action's type": { queued: [S.action(30, { type: text })] },
  "a waiting Action's payload": { queued: [S.action(30, { payload: [text] })] },
  "a waiting Action's actor": { queued: [S.action(30, { actor: { type: text, id: 1 } })] },
  "a dead letter's error": { dead: [S.dead(30, { error: text })] },
  "a dead letter's payload": { dead: [S.dead(30, { payload: { text } })] },
  "a message's command": { outbox: [S.message(30, { command: { text } })] },
  "a message's traveller": {
    outbox: [S.message(30, { traveller: { actor: { type: text, id: 1 }, lastN: 1, replies: [] } })]
  }
})

/** Numbers that are no integers, in every place where only numbers go. */
const broken: Readonly<Record<string, Some>> = {
  "a row's number": { rows: [update(S.counter(1), "count", 1.5)] },
  "a row's id": { rows: [{ op: "delete", aggregate: Counter, id: 1.5 }] },
  "a runtime row's date": {
    runtimes: [{ op: "update", aggregate: Counter, id: 1, data: { mood: "a" }, builtAt: 1.5 }]
  },
  "a cursor's n": { cursors: [S.cursor("purse:7", Number.NaN)] },
  "an Event's seq": { events: [S.event(4.5)] },
  "an Event's time": { events: [S.event(4, { at: Number.POSITIVE_INFINITY })] },
  "a logged Action's position": { log: [S.done(30, { position: 1.5 })] },
  "a waiting Action's due time": { queued: [S.action(30, { runAt: 1.5 })] },
  "a done Action's number": { dequeued: [1.5] },
  "an attempted Action's number": { attempted: [1.5] },
  "a dead letter's seed": { dead: [S.dead(30, { seed: 2 ** 60 })] },
  "a message's target": { outbox: [S.message(30, { target: 1.5 })] },
  "a delivered message's number": { delivered: [1.5] }
}

/** Registers the tests. */
export const failures = <R>(it: Vitest.MethodsNonLive<Stores | R>, tools: StoreTools<R>): void => {
  /** A cycle with one fault, carried between two without: nothing of the three is written. */
  const nothingOf = (some: Some, ...reasons: ReadonlyArray<Port.StoreError["reason"]>) =>
    Effect.gen(function* () {
      const all = yield* Effect.forEach([1, 2, 3], () => S.born(birth))
      for (const owned of all) yield* S.written(owned, history)
      const before = yield* Effect.forEach(all, ({ instance }) => S.everything(instance, tools))
      const [a, b, c] = yield* Effect.forEach(all, ({ instance }) => S.activate(instance))
      yield* S.failsWith(S.commit([a!, good], [b!, merged(some)], [c!, good]), ...reasons)
      const after = yield* Effect.forEach(all, ({ instance }) => S.everything(instance, tools))
      assert.deepStrictEqual(after, before)
      // And nothing of it stays in the way.
      const owners = yield* Effect.forEach(all, ({ instance }) => S.activate(instance))
      const again = yield* S.commit(...owners.map((owned) => [owned, good] as const))
      assert.deepStrictEqual(
        again.map(({ _tag }) => _tag),
        ["Committed", "Committed", "Committed"]
      )
    })

  describe("a projection that is wrong", () => {
    for (const [what, some] of Object.entries(wrong)) {
      it.effect(`${what} is Wrong, and nothing is written`, () => nothingOf(some, "Wrong"))
    }
  })

  describe("a seq that exists", () => {
    it.effect("is Fenced, and nothing is written", () =>
      nothingOf({ events: [S.event(1)] }, "Fenced")
    )
    it.effect("in the same cycle, too", () => nothingOf({ events: [S.event(3)] }, "Fenced"))
  })

  describe("what the database refuses", () => {
    it.effect("null where a value must be is Contents, and nothing is written", () =>
      nothingOf({ rows: [update(S.counter(1), "label", null)] }, "Contents")
    )
    for (const [name, text] of [
      ["NUL", "a\0b"],
      ["half a surrogate pair", "a\ud83db"]
    ] as const) {
      for (const [where, some] of Object.entries(spoiled(text))) {
        it.effect(`${name} in ${where} is Contents, and nothing is written`, () =>
          nothingOf(some, "Contents")
        )
      }
    }
  })

  describe("what cannot even be sent", () => {
    for (const [where, some] of Object.entries(broken)) {
      it.effect(`${where}: nothing is written`, () => nothingOf(some, "Contents", "Wrong"))
    }
  })
}
