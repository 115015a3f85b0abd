/** What the first flight finds, and what is not waited for: docs/protocols.md 2. */
import { assert, describe } from "@effect/vitest"
import type { Vitest } from "@effect/vitest"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import { Effect } from "effect"
import { Counter, Purse } from "../TestGame.ts"
import * as S from "./Support.ts"
import type { Stores, StoreTools } from "./Tools.ts"

/** Registers the tests. */
export const locks = <R>(it: Vitest.MethodsNonLive<Stores | R>, tools: StoreTools<R>): void => {
  const setting = S.born({
    rows: [S.counter(1, {}, "glad"), S.counter(2), S.purse(1, 10), S.purse(2, 20)]
  })

  describe("a lock", () => {
    it.effect("finds rows and runtime rows, and the database's time", () =>
      Effect.gen(function* () {
        const owned = yield* setting
        const before = yield* tools.now
        const refs = [Purse.ref(2), Counter.ref(1), Counter.ref(2)]
        const found = yield* S.look(owned, refs)
        const after = yield* tools.now
        assert.deepStrictEqual(S.names(found.rows.map(({ ref }) => ref)), S.names(refs))
        assert.deepStrictEqual([found.skipped, found.missing], [[], []])
        assert.isTrue(found.rows.every(({ stamp }) => Number.isSafeInteger(stamp)))
        const runtime = found.rows.find(({ ref }) => ref.aggregate === Counter && ref.id === 1)
        assert.deepInclude(runtime?.runtime, { dirty: false, cacheVersion: 3 })
        assert.strictEqual(found.rows.filter(({ runtime }) => runtime !== undefined).length, 1)
        assert.isTrue(Number.isSafeInteger(found.now))
        assert.isAtLeast(found.now, before)
        assert.isAtMost(found.now, after)
      })
    )

    it.effect("on what is not there says so", () =>
      Effect.gen(function* () {
        const owned = yield* setting
        const other = yield* S.born({ rows: [S.purse(7, 1)] })
        const found = yield* S.look(owned, [Purse.ref(1), Purse.ref(7), Counter.ref(9)])
        assert.deepStrictEqual(S.names(found.rows.map(({ ref }) => ref)), ["Purse:1"])
        assert.deepStrictEqual(S.names(found.missing), ["Counter:9", "Purse:7"])
        assert.deepStrictEqual(found.skipped, [])
        assert.deepStrictEqual(S.names((yield* S.look(other, [Purse.ref(7)])).missing), [])
      })
    )

    it.effect("that somebody else has is skipped, not waited for", () =>
      Effect.gen(function* () {
        const owned = yield* setting
        const refs = [Counter.ref(1), Counter.ref(3), Purse.ref(1), Purse.ref(2)]
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* tools.holdRow(owned.instance, Purse.ref(1), "row")
            const found = yield* S.within(5_000, S.look(owned, refs))
            assert.deepStrictEqual(S.names(found.skipped), ["Purse:1"])
            assert.deepStrictEqual(S.names(found.missing), ["Counter:3"])
            assert.deepStrictEqual(S.names(found.rows.map(({ ref }) => ref)), [
              "Counter:1",
              "Purse:2"
            ])
          })
        )
        assert.deepStrictEqual((yield* S.look(owned, refs)).skipped, [])
      })
    )

    it.effect("counts as skipped when only its runtime row is held", () =>
      Effect.gen(function* () {
        const owned = yield* setting
        const refs = [Counter.ref(1), Counter.ref(2)]
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* tools.holdRow(owned.instance, Counter.ref(1), "runtime")
            const found = yield* S.within(5_000, S.look(owned, refs))
            assert.deepStrictEqual(S.names(found.skipped), ["Counter:1"])
            assert.deepStrictEqual(S.names(found.rows.map(({ ref }) => ref)), ["Counter:2"])
            assert.deepStrictEqual(found.missing, [])
          })
        )
        assert.strictEqual((yield* S.look(owned, refs)).rows.length, 2)
      })
    )

    it.effect("that is skipped does not keep the cycle from writing other rows", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const owned = yield* setting
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* tools.holdRow(owned.instance, Purse.ref(1), "row")
            const refs = [Purse.ref(1), Purse.ref(2)]
            const [outcome] = yield* S.within(
              5_000,
              store.commit([
                S.cycle(owned, refs, ({ rows }) =>
                  S.writes({ rows: rows.map(({ ref }) => S.put("update", S.purse(ref.id, 77))) })
                )
              ])
            )
            assert.strictEqual(outcome?._tag, "Committed")
          })
        )
        const { rows } = yield* S.activate(owned.instance)
        const gold = rows.filter((r) => r.aggregate === Purse).map((r) => (r.row as any).gold)
        assert.sameMembers(gold, [10, 77])
      })
    )

    it.effect("needs no row at all: a cycle may only write down what waits", () =>
      Effect.gen(function* () {
        const owned = yield* setting
        assert.deepStrictEqual((yield* S.look(owned, [])).rows, [])
        yield* S.written(owned, { queued: [S.action(1)] })
        assert.strictEqual((yield* S.activate(owned.instance)).queue.length, 1)
      })
    )
  })

  describe("a stamp", () => {
    it.effect("stays while nobody writes, and is told of what was written", () =>
      Effect.gen(function* () {
        const owned = yield* setting
        const refs = [Counter.ref(1), Counter.ref(2), Purse.ref(1)]
        const stamps = Effect.map(S.look(owned, refs), ({ rows }) =>
          Object.fromEntries(
            rows.map(({ ref, runtime, stamp }) => [S.names([ref])[0]!, [stamp, runtime?.stamp]])
          )
        )
        const before = yield* stamps
        assert.deepStrictEqual(yield* stamps, before)
        const first = yield* S.written(owned, {
          rows: [S.put("update", S.counter(1)), S.put("insert", S.counter(5))],
          runtimes: [{ op: "insert", aggregate: Counter, id: 2, data: { mood: "new" }, builtAt: 1 }]
        })
        const between = yield* stamps
        assert.deepStrictEqual(between, {
          "Counter:1": [first, before["Counter:1"]![1]],
          "Counter:2": [before["Counter:2"]![0], first],
          "Purse:1": before["Purse:1"]!
        })
        assert.strictEqual((yield* S.look(owned, [Counter.ref(5)])).rows[0]?.stamp, first)
        const second = yield* S.written(owned, {
          runtimes: [{ op: "update", aggregate: Counter, id: 1, data: { mood: "mad" }, builtAt: 1 }]
        })
        assert.notStrictEqual(second, first)
        assert.deepStrictEqual(yield* stamps, { ...between, "Counter:1": [first, second] })
      })
    )

    it.effect("is another after a change by hand, even one that changes nothing", () =>
      Effect.gen(function* () {
        const owned = yield* setting
        const refs = [Purse.ref(1), Purse.ref(2)]
        const stampOf = (id: number) =>
          Effect.map(
            S.look(owned, refs),
            ({ rows }) => rows.find(({ ref }) => ref.id === id)?.stamp
          )
        const [one, two] = [yield* stampOf(1), yield* stampOf(2)]
        yield* tools.touchRow(owned.instance, Purse.ref(1))
        assert.notStrictEqual(yield* stampOf(1), one)
        assert.strictEqual(yield* stampOf(2), two)
      })
    )

    it.effect("of a runtime row, its dirty mark and its version are told", () =>
      Effect.gen(function* () {
        const owned = yield* setting
        const runtime = Effect.map(S.look(owned, [Counter.ref(1)]), ({ rows }) => rows[0]!)
        const before = yield* runtime
        yield* tools.editRuntime(owned.instance, Counter.ref(1), { dirty: true, cacheVersion: 2 })
        const after = yield* runtime
        assert.deepInclude(after.runtime, { dirty: true, cacheVersion: 2 })
        assert.notStrictEqual(after.runtime?.stamp, before.runtime?.stamp)
        assert.strictEqual(after.stamp, before.stamp)
        const [loaded] = (yield* S.activate(owned.instance)).rows.filter((r) => r.runtime)
        assert.deepInclude(loaded?.runtime, {
          dirty: true,
          cacheVersion: 2,
          data: { mood: "glad" }
        })
      })
    )

    it.effect("goes back to clean and present with the next write", () =>
      Effect.gen(function* () {
        const owned = yield* setting
        yield* tools.editRuntime(owned.instance, Counter.ref(1), { dirty: true, cacheVersion: 2 })
        yield* S.written(owned, {
          runtimes: [
            { op: "update", aggregate: Counter, id: 1, data: { mood: "new" }, builtAt: 55 }
          ]
        })
        const [loaded] = (yield* S.activate(owned.instance)).rows.filter((r) => r.runtime)
        assert.deepInclude(loaded?.runtime, {
          dirty: false,
          cacheVersion: 3,
          builtAt: 55,
          data: { mood: "new" }
        })
      })
    )

    it.effect("lets one of many win who saw the same row", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const owned = yield* setting
        const seen = (yield* S.look(owned, [Purse.ref(1)])).rows[0]!.stamp
        const outcomes = yield* Effect.all(
          Array.from({ length: 8 }, (_, i) =>
            store.commit([
              S.cycle(owned, [Purse.ref(1)], ({ rows }) =>
                rows[0]?.stamp === seen
                  ? S.writes({ rows: [S.put("update", S.purse(1, 100 + i))] })
                  : undefined
              )
            ])
          ),
          { concurrency: "unbounded" }
        )
        const committed = outcomes.flatMap(([outcome], i) =>
          outcome?._tag === "Committed" ? [100 + i] : []
        )
        const gold = (yield* S.activate(owned.instance)).rows
          .filter(({ aggregate, id }) => aggregate === Purse && id === 1)
          .map(({ row }) => (row as any).gold)
        assert.deepStrictEqual(gold, committed)
      })
    )
  })

  describe("an owner row that somebody holds", () => {
    it.effect("is not waited for; its cycle is Held, what is carried along commits", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const held = yield* setting
        const other = yield* setting
        const asked: Array<number> = []
        const paid = (owned: S.Owned) =>
          S.cycle(owned, [Purse.ref(1)], () => {
            asked.push(owned.instance)
            return S.writes({ rows: [S.put("update", S.purse(1, 99))] })
          })
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* tools.holdOwner(held.instance)
            const outcomes = yield* S.within(5_000, store.commit([paid(held), paid(other)]))
            assert.deepStrictEqual(
              outcomes.map(({ _tag }) => _tag),
              ["Held", "Committed"]
            )
            assert.deepStrictEqual(asked, [other.instance])
          })
        )
        const [outcome] = yield* store.commit([paid(held)])
        assert.strictEqual(outcome?._tag, "Committed")
      })
    )
  })
}
