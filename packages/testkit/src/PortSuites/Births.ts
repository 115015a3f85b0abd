/** Being born, and what an owner begins with: docs/protocols.md 3. */
import { assert, describe } from "@effect/vitest"
import type { Vitest } from "@effect/vitest"
import { InstanceExists, InstanceStore, NoInstance } from "@wr2/engine/InstanceStore"
import { Effect } from "effect"
import { Counter } from "../TestGame.ts"
import * as S from "./Support.ts"
import type { Stores, StoreTools } from "./Tools.ts"

/** Registers the tests. */
export const births = <R>(it: Vitest.MethodsNonLive<Stores | R>, tools: StoreTools<R>): void => {
  describe("birth", () => {
    it.effect("gives rows, runtime rows and first Actions", () =>
      Effect.gen(function* () {
        const queue = [S.action(1, { runAt: 500 }), S.action(2, { runAt: 400 })]
        const rows = [S.counter(1, { count: 5 }, "glad"), S.counter(2), S.purse(1, 10)]
        const activation = yield* S.born({ rows, queue })
        assert.deepStrictEqual(S.rowsOf(activation), {
          "Counter:1": { row: rows[0]!.row, runtime: { mood: "glad" } },
          "Counter:2": { row: rows[1]!.row },
          "Purse:1": { row: rows[2]!.row }
        })
        assert.deepStrictEqual(activation.queue, [queue[1]!, queue[0]!])
        assert.strictEqual(activation.lastNo, 2)
      })
    )

    it.effect("begins a history of its own at seq 0, in order, with nothing said yet", () =>
      Effect.gen(function* () {
        const one = yield* S.born({ rows: [S.purse(1, 10)] })
        const two = yield* S.born({})
        const { cursors, epoch, lastNo, lastSeq, outbox, queue, released } = one
        assert.deepStrictEqual(
          { cursors, epoch, lastNo, lastSeq, outbox, queue, released },
          { cursors: [], epoch: 1, lastNo: 0, lastSeq: 0, outbox: [], queue: [], released: true }
        )
        assert.isAbove(one.lineage.length, 0)
        assert.notStrictEqual(one.lineage, two.lineage)
      })
    )

    it.effect("dates runtime data, by the version that is declared", () =>
      Effect.gen(function* () {
        const before = yield* tools.now
        const { now, rows } = yield* S.born({ rows: [S.counter(1, {}, "glad")] })
        const { builtAt, cacheVersion, dirty } = rows[0]!.runtime!
        assert.deepStrictEqual({ cacheVersion, dirty }, { cacheVersion: 3, dirty: false })
        assert.isAtLeast(builtAt!, before)
        assert.isAtMost(builtAt!, now)
      })
    )

    it.effect("is kept as a snapshot at seq 0", () =>
      Effect.gen(function* () {
        const owned = yield* S.born({ rows: [S.counter(1, { count: 5 }, "glad"), S.purse(1, 10)] })
        yield* S.written(owned, { rows: [S.put("update", S.purse(1, 11))] })
        const snapshot = yield* tools.snapshot(owned.instance)
        assert.sameDeepMembers(
          [...snapshot!],
          [
            {
              aggregate: "Counter",
              row: S.counter(1, { count: 5 }).row,
              runtime: { mood: "glad" }
            },
            { aggregate: "Purse", row: S.purse(1, 10).row }
          ]
        )
      })
    )

    it.effect("happens once, also when several try at once", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const instance = S.newInstance()
        const exits = yield* Effect.all(
          [1, 2, 3, 4].map((gold) =>
            Effect.result(store.found({ instance, rows: [S.purse(1, gold)], queue: [] }))
          ),
          { concurrency: "unbounded" }
        )
        const failures = exits.flatMap((exit) => (exit._tag === "Failure" ? [exit.failure] : []))
        assert.strictEqual(failures.length, 3)
        for (const failure of failures) {
          assert.instanceOf(failure, InstanceExists)
          assert.deepInclude(failure, { instance })
        }
        assert.strictEqual(Object.keys(S.rowsOf(yield* S.activate(instance))).length, 1)
      })
    )

    it.effect("leaves nothing when it fails", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const instance = S.newInstance()
        const broken = { ...S.counter(2), row: { ...S.counter(2).row, label: null } }
        const rows = [S.counter(1), broken]
        yield* S.failsWith(store.found({ instance, rows, queue: [S.action(1)] }), "Contents")
        assert.instanceOf(yield* Effect.flip(S.activate(instance)), NoInstance)
        yield* store.found({ instance, rows: [S.counter(1)], queue: [S.action(1)] })
        assert.deepStrictEqual(Object.keys(S.rowsOf(yield* S.activate(instance))), ["Counter:1"])
      })
    )

    it.effect("is listed", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const one = yield* S.born({})
        const two = yield* S.born({})
        assert.includeMembers([...(yield* store.instances)], [one.instance, two.instance])
      })
    )
  })

  describe("activation", () => {
    it.effect("of what was never born fails", () =>
      Effect.gen(function* () {
        const instance = S.newInstance()
        const failure = yield* Effect.flip(S.activate(instance))
        assert.instanceOf(failure, NoInstance)
        assert.deepInclude(failure, { instance })
      })
    )

    it.effect("loads what was committed", () =>
      Effect.gen(function* () {
        const owned = yield* S.born({
          rows: [S.counter(1, {}, "glad"), S.counter(2, {}, "sad"), S.purse(1, 10), S.purse(2, 20)],
          queue: [S.action(1), S.action(2)]
        })
        const changed = S.counter(1, { count: 1, flag: true, tags: [{ a: [1, null] }, "b"] })
        yield* S.written(owned, {
          cursors: [S.cursor("purse:1", 4, { replies: [{ n: 4, reply: { _tag: "Accepted" } }] })],
          rows: [
            S.put("update", changed),
            { op: "delete", aggregate: Counter, id: 2 },
            S.put("insert", S.counter(3)),
            S.put("update", S.purse(2, 25))
          ],
          runtimes: [
            { op: "update", aggregate: Counter, id: 1, data: { mood: "mad" }, builtAt: 77 },
            { op: "delete", aggregate: Counter, id: 2 }
          ],
          events: [S.event(1), S.event(2)],
          log: [S.done(1, { now: 1_500 })],
          dequeued: [1],
          queued: [S.action(7, { runAt: 900 })],
          outbox: [S.message(2)]
        })
        const loaded = yield* S.activate(owned.instance)
        assert.deepStrictEqual(S.rowsOf(loaded), {
          "Counter:1": { row: changed.row, runtime: { mood: "mad" } },
          "Counter:3": { row: S.counter(3).row },
          "Purse:1": { row: S.purse(1, 10).row },
          "Purse:2": { row: S.purse(2, 25).row }
        })
        assert.deepStrictEqual(loaded.cursors, [
          S.cursor("purse:1", 4, { replies: [{ n: 4, reply: { _tag: "Accepted" } }] })
        ])
        assert.deepStrictEqual(
          loaded.queue.map(({ no }) => no),
          [7, 2]
        )
        assert.deepStrictEqual(loaded.outbox, [S.message(2)])
        assert.strictEqual(loaded.lastSeq, 2)
        assert.strictEqual(loaded.lastNo, 7)
        assert.isAtLeast(loaded.lastNow, 1_500)
        assert.strictEqual(
          loaded.rows.find(({ runtime }) => runtime !== undefined)?.runtime?.builtAt,
          77
        )
      })
    )

    it.effect("loads the stamps that locks will find", () =>
      Effect.gen(function* () {
        const owned = yield* S.born({ rows: [S.counter(1, {}, "glad"), S.purse(1, 10)] })
        const stamp = yield* S.written(owned, { rows: [S.put("update", S.purse(1, 11))] })
        const again = yield* S.activate(owned.instance)
        const loaded = again.rows.map(({ aggregate, runtime, stamp }) => [
          aggregate._tag,
          stamp,
          runtime?.stamp
        ])
        const locked = yield* S.look(again, [Counter.ref(1), S.purse(1, 0).ref])
        assert.sameDeepMembers(
          loaded,
          locked.rows.map(({ ref, runtime, stamp }) => [ref.aggregate._tag, stamp, runtime?.stamp])
        )
        assert.strictEqual(loaded.find(([tag]) => tag === "Purse")?.[1], stamp)
      })
    )

    it.effect("reads the queue up to its horizon, by due time, then number", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const instance = S.newInstance()
        const now = yield* tools.now
        const due = [now + 1_000, now - 5_000, now + 999_000, now - 5_000, now + 1_000]
        const queue = due.map((runAt, i) => S.action(i + 1, { runAt }))
        yield* store.found({ instance, rows: [], queue })
        const taken = { runner: "r", incarnation: "i", timersHorizon: 300_000 }
        const loaded = yield* store.activate(instance, taken)
        assert.deepStrictEqual(
          loaded.queue.map(({ no }) => no),
          [2, 4, 1, 5]
        )
        assert.isAtLeast(loaded.queueUntil, loaded.now + 200_000)
        assert.isAtMost(loaded.queueUntil, loaded.now + 300_000)
        assert.strictEqual(loaded.lastNo, 5)
      })
    )

    it.effect("counts acceptance numbers of the log and of dead letters, too", () =>
      Effect.gen(function* () {
        const owned = yield* S.born({ queue: [S.action(1)] })
        yield* S.written(owned, { log: [S.done(5)] })
        assert.strictEqual((yield* S.activate(owned.instance)).lastNo, 5)
        const later = yield* S.activate(owned.instance)
        yield* S.written(later, { dead: [S.dead(9)] })
        assert.strictEqual((yield* S.activate(owned.instance)).lastNo, 9)
      })
    )

    it.effect("keeps the lineage, and tells the database's time", () =>
      Effect.gen(function* () {
        const owned = yield* S.born({})
        const before = yield* tools.now
        const again = yield* S.activate(owned.instance)
        const after = yield* tools.now
        assert.strictEqual(again.lineage, owned.lineage)
        assert.strictEqual(again.instance, owned.instance)
        assert.isTrue(Number.isSafeInteger(again.now))
        assert.isAtLeast(again.now, before)
        assert.isAtMost(again.now, after)
      })
    )
  })
}
