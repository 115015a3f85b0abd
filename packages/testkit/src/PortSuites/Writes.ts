/** What a cycle writes is kept as it was: docs/protocols.md 2. */
import { assert, describe } from "@effect/vitest"
import type { Vitest } from "@effect/vitest"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import { Effect, Fiber } from "effect"
import { Counter, Purse } from "../TestGame.ts"
import * as S from "./Support.ts"
import type { Stores, StoreTools } from "./Tools.ts"

const big = Number.MAX_SAFE_INTEGER
const texts = [
  "",
  " ",
  "'\"\\,{}()[]$1 ?%_",
  "a\nb\tc\r",
  "Zoë 🐉 \u{1F9D9}\u200D\u2642\uFE0F",
  "null",
  "é vs e\u0301"
]
const actor = { type: "Character", id: big }

/** Registers the tests. */
export const contents = <R>(it: Vitest.MethodsNonLive<Stores | R>, tools: StoreTools<R>): void => {
  describe("a committed cycle", () => {
    it.effect("keeps every value as it was", () =>
      Effect.gen(function* () {
        const rows = texts.map((label, i) =>
          S.counter(
            i + 1,
            {
              label,
              count: [0, 1, -1, big, -big, 2 ** 31, -(2 ** 31)][i]!,
              flag: i % 2 === 0,
              tags: [
                null,
                [],
                [null],
                [label, i, true, { [`k${label}`]: [[big], {}, -big, false] }]
              ][i % 4]!
            },
            label
          )
        )
        const owned = yield* S.born({ rows: rows.slice(0, 3) })
        yield* S.written(owned, {
          rows: rows.slice(3).map((row) => S.put("insert", row)),
          runtimes: rows.slice(3).map(({ ref, runtime }) => ({
            op: "insert" as const,
            ...ref,
            data: runtime,
            builtAt: 3
          }))
        })
        assert.deepStrictEqual(
          S.rowsOf(yield* S.activate(owned.instance)),
          Object.fromEntries(
            rows.map(({ ref, row, runtime }) => [`Counter:${ref.id}`, { row, runtime }])
          )
        )
      })
    )

    it.effect("writes many rows of a class", () =>
      Effect.gen(function* () {
        const many = (from: number, count: number) =>
          Array.from({ length: 300 }, (_, i) => S.counter(from + i, { count }))
        const owned = yield* S.born({ rows: [...many(1, 0), ...many(1_001, 0)] })
        const stamp = yield* S.written(owned, {
          rows: [
            ...many(1, 5).map((row) => S.put("update", row)),
            ...many(1_001, 0).map(({ ref }) => ({ op: "delete" as const, ...ref })),
            ...many(2_001, 7).map((row) => S.put("insert", row))
          ]
        })
        const { rows } = yield* S.activate(owned.instance)
        assert.sameDeepMembers(
          rows.map(({ id, row }) => [id, (row as any).count]),
          [...many(1, 5), ...many(2_001, 7)].map(({ ref, row }) => [ref.id, row.count])
        )
        assert.isTrue(rows.every((row) => row.stamp === stamp))
      })
    )

    it.effect("updates what differs from before, whatever is updated with it", () =>
      Effect.gen(function* () {
        const before = S.counter(1, { tags: ["a"] }).row
        const other = { label: "changed", count: 7, tags: ["b", null], flag: true }
        const fields = Object.keys(other) as ReadonlyArray<keyof typeof other>
        /** Row `i` changes the fields of its bits. */
        const after = fields.reduce<ReadonlyArray<Partial<typeof other>>>(
          (all, field) => [...all, ...all.map((some) => ({ ...some, [field]: other[field] }))],
          [{}]
        )
        const rows = after.map((some, i) => ({ id: i + 1, row: { ...before, ...some, id: i + 1 } }))
        const writes = rows.map(({ id, row }) => ({
          op: "update" as const,
          ...Counter.ref(id),
          row,
          before: { ...before, id }
        }))
        const born = rows.map(({ id }) => S.counter(id, before))
        const [alone, together] = [yield* S.born({ rows: born }), yield* S.born({ rows: born })]
        for (const write of writes) yield* S.written(alone, { rows: [write] })
        const stamp = yield* S.written(together, { rows: writes })
        for (const { instance } of [alone, together]) {
          const { rows: kept } = yield* S.activate(instance)
          assert.sameDeepMembers(
            kept.map(({ id, row }) => ({ id, row })),
            rows
          )
          // Nothing to change is a change all the same: who reads by the stamp sees that it was written.
          if (instance === together.instance)
            assert.isTrue(kept.every((row) => row.stamp === stamp))
        }
      })
    )

    it.effect("keeps Actions, done and dead, as they were", () =>
      Effect.gen(function* () {
        const owned = yield* S.born({})
        const full = {
          version: 3,
          payload: { to: [1, { deep: texts }], none: null },
          actor,
          commandId: `character:7#${big}`,
          cause: big - 1,
          seed: big,
          priority: -100,
          attempts: 2,
          depth: 16
        }
        const pending = texts.map((text, i) =>
          S.action(i + 1, i % 2 === 0 ? { ...full, key: `key ${text}` } : {})
        )
        const logged = [
          S.done(11, { ...full, idBase: big - 5, firstSeq: 4, position: 255 }),
          S.done(12, { outcome: "refused", reason: { _tag: "TooPoor", has: 3, why: texts } })
        ]
        const letters = [
          S.dead(21, { ...full, idBase: 77, error: texts.join("\n") }),
          S.dead(22, { reference: "a-b" })
        ]
        yield* S.written(owned, { queued: pending, log: logged, dead: letters })
        const kept = yield* S.everything(owned.instance, tools)
        assert.deepStrictEqual(kept.queue, pending)
        assert.deepStrictEqual(kept.log, logged)
        assert.deepStrictEqual(kept.dead, letters)
      })
    )

    it.effect("puts an actor's cursor in the place of its last one", () =>
      Effect.gen(function* () {
        const owned = yield* S.born({})
        const replies = [
          { n: 1, reply: { _tag: "Accepted", n: 1, asOf: 4, answers: [] } },
          { n: 2, reply: { _tag: "Rejected", n: 2, reason: { _tag: "Nobody", name: texts } } }
        ]
        const [a, b] = [S.cursor("purse:1", 2, { replies }), S.cursor("purse:2", 1)]
        yield* S.written(owned, { cursors: [a, b] })
        assert.sameDeepMembers([...(yield* S.activate(owned.instance)).cursors], [a, b])
        const [again, third] = [S.cursor("purse:1", 3, { movedTo: 9 }), S.cursor("system:0", 1)]
        yield* S.written(yield* S.activate(owned.instance), { cursors: [again, third] })
        const { cursors } = yield* S.activate(owned.instance)
        assert.sameDeepMembers([...cursors], [again, b, third])
      })
    )

    it.effect(
      "knows the time of what it accepted to be done at once, not of what is for later",
      () =>
        Effect.gen(function* () {
          const owned = yield* S.born({})
          const later = 4_000_000_000_000
          yield* S.written(owned, { now: 5_000, queued: [S.action(1, { runAt: later })] })
          const first = yield* S.activate(owned.instance)
          assert.isAtMost(first.lastNow, 5_000)
          const at = 9_000_000
          yield* S.written(first, { now: at, queued: [S.action(2, { runAt: at })] })
          assert.strictEqual((yield* S.activate(owned.instance)).lastNow, at)
        })
    )

    it.effect("removes what is done from the queue, adds what waits, counts attempts", () =>
      Effect.gen(function* () {
        const queue = [1, 2, 3].map((no) => S.action(no, { attempts: no }))
        const owned = yield* S.born({ queue })
        yield* S.written(owned, { dequeued: [2], queued: [S.action(4)], attempted: [1, 3] })
        const { queue: left } = yield* S.activate(owned.instance)
        assert.deepStrictEqual(left, [
          S.action(1, { attempts: 2 }),
          S.action(3, { attempts: 4 }),
          S.action(4)
        ])
      })
    )

    it.effect("may take an Action out of the queue and put it back changed", () =>
      Effect.gen(function* () {
        const owned = yield* S.born({ queue: [S.action(1)] })
        yield* S.written(owned, { dequeued: [1], queued: [S.action(1, { runAt: 5 })] })
        assert.deepStrictEqual((yield* S.activate(owned.instance)).queue, [
          S.action(1, { runAt: 5 })
        ])
      })
    )

    it.effect("keeps messages until they are delivered", () =>
      Effect.gen(function* () {
        const owned = yield* S.born({})
        const replies = [{ n: 4, reply: { _tag: "Accepted", n: 4, asOf: 3, answers: [] } }]
        const sent = [
          S.message(3, { target: 9, command: { _tag: "Arrive", items: [{ id: big }] } }),
          S.message(5, { traveller: { actor, lastN: 4, replies } }),
          S.message(8)
        ]
        yield* S.written(owned, { outbox: [sent[2]!, sent[0]!, sent[1]!] })
        const next = yield* S.activate(owned.instance)
        assert.deepStrictEqual(next.outbox, sent)
        yield* S.written(next, { delivered: [3, 8] })
        assert.deepStrictEqual((yield* S.activate(owned.instance)).outbox, [sent[1]!])
      })
    )

    it.effect("gives and takes runtime rows, and the row with its runtime row", () =>
      Effect.gen(function* () {
        const owned = yield* S.born({ rows: [S.counter(1, {}, "glad"), S.counter(2, {}, "sad")] })
        yield* S.written(owned, {
          rows: [
            S.put("insert", S.counter(3)),
            { op: "delete", aggregate: Counter, id: 2 },
            S.put("insert", S.purse(1, 5))
          ],
          runtimes: [
            { op: "delete", aggregate: Counter, id: 1 },
            { op: "delete", aggregate: Counter, id: 2 },
            { op: "insert", aggregate: Counter, id: 3, data: { mood: "new" }, builtAt: 1 }
          ]
        })
        assert.deepStrictEqual(S.rowsOf(yield* S.activate(owned.instance)), {
          "Counter:1": { row: S.counter(1).row },
          "Counter:3": { row: S.counter(3).row, runtime: { mood: "new" } },
          "Purse:1": { row: S.purse(1, 5).row }
        })
      })
    )

    it.effect("touches no other instance", () =>
      Effect.gen(function* () {
        const birth = { rows: [S.counter(1, {}, "glad"), S.purse(1, 1)], queue: [S.action(1)] }
        const [one, two] = [yield* S.born(birth), yield* S.born(birth)]
        const before = yield* S.everything(two.instance, tools)
        yield* S.written(one, {
          cursors: [S.cursor("purse:1", 1)],
          rows: [
            { op: "delete", aggregate: Counter, id: 1 },
            S.put("update", S.purse(1, 5)),
            S.put("insert", S.purse(2, 5))
          ],
          runtimes: [{ op: "delete", aggregate: Counter, id: 1 }],
          events: [S.event(1)],
          log: [S.done(1)],
          dequeued: [1],
          queued: [S.action(2)],
          dead: [S.dead(3)],
          outbox: [S.message(1)]
        })
        assert.deepStrictEqual(yield* S.everything(two.instance, tools), before)
      })
    )

    it.effect("carries many instances at once, each with the outcome of its own", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const all = yield* Effect.forEach(
          Array.from({ length: 12 }, (_, i) => i),
          (i) => S.born({ rows: [S.purse(1, i)], queue: [S.action(1)] })
        )
        const outcomes = yield* store.commit(
          all.map((owned, i) =>
            S.cycle(owned, [Purse.ref(1)], ({ rows }) =>
              i % 3 === 0
                ? undefined
                : S.writes({
                    rows: rows.map(() => S.put("update", S.purse(1, 100 + i))),
                    events: [S.event(1)],
                    dequeued: [1],
                    log: [S.done(1, { firstSeq: 1 })]
                  })
            )
          )
        )
        assert.deepStrictEqual(
          outcomes.map(({ _tag }) => _tag),
          all.map((_, i) => (i % 3 === 0 ? "Nothing" : "Committed"))
        )
        for (const [i, { instance }] of all.entries()) {
          const { lastSeq, queue, rows } = yield* S.activate(instance)
          const wrote = i % 3 === 0 ? [i, 0, 1] : [100 + i, 1, 0]
          assert.deepStrictEqual([(rows[0]!.row as any).gold, lastSeq, queue.length], wrote)
        }
      })
    )

    it.effect("asks decide once, with what is locked; undefined leaves nothing", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const owned = yield* S.born({ rows: [S.counter(1, {}, "glad")], queue: [S.action(1)] })
        const before = yield* S.everything(owned.instance, tools)
        const owner = yield* S.activate(owned.instance)
        let asked = 0
        const outcomes = yield* store.commit([
          S.cycle(owner, [Counter.ref(1)], (locked) => {
            asked++
            assert.strictEqual(locked.rows.length, 1)
            return undefined
          })
        ])
        assert.deepStrictEqual(outcomes, [{ _tag: "Nothing" }])
        assert.strictEqual(asked, 1)
        assert.deepStrictEqual(yield* S.everything(owned.instance, tools), before)
      })
    )

    it.effect("is whole, also when it is interrupted", () =>
      Effect.gen(function* () {
        const owned = yield* S.born({ rows: [S.purse(1, 0), S.purse(2, 0)] })
        const rows = [S.put("update", S.purse(1, 9)), S.put("update", S.purse(2, 9))]
        const fiber = yield* Effect.forkChild(
          S.commit([owned, { rows, events: [S.event(1)], queued: [S.action(1)] }])
        )
        yield* Effect.yieldNow
        yield* Fiber.interrupt(fiber)
        const after = yield* S.activate(owned.instance)
        const gold = after.rows.map(({ row }) => (row as any).gold)
        const wrote = after.lastSeq === 1
        assert.deepStrictEqual(gold, wrote ? [9, 9] : [0, 0])
        assert.strictEqual(after.queue.length, wrote ? 1 : 0)
      })
    )
  })
}
