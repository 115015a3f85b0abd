/** Epochs, release, sleep and ids: docs/protocols.md 3. */
import { assert, describe } from "@effect/vitest"
import type { Vitest } from "@effect/vitest"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import { Effect } from "effect"
import { Purse } from "../TestGame.ts"
import * as S from "./Support.ts"
import type { Stores, StoreTools } from "./Tools.ts"

const nothingLeft = { nextDue: null, lastSeq: 0, lastNow: 0 }

/** Registers the tests. */
export const ownership = <R>(it: Vitest.MethodsNonLive<Stores | R>, tools: StoreTools<R>): void => {
  const sleeping = (deadAfterMillis: number) =>
    Effect.gen(function* () {
      const store = yield* InstanceStore
      return (yield* store.sleeping(deadAfterMillis)).map(({ instance }) => instance)
    })

  describe("epochs", () => {
    it.effect("rise by one with each activation", () =>
      Effect.gen(function* () {
        const first = yield* S.born({})
        const second = yield* S.activate(first.instance)
        assert.strictEqual(second.epoch, first.epoch + 1)
      })
    )

    it.effect("are never given twice, however many take an instance at once", () =>
      Effect.gen(function* () {
        const { epoch, instance } = yield* S.born({})
        const taken = yield* Effect.all(
          Array.from({ length: 6 }, () => S.activate(instance)),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(
          taken.map((each) => each.epoch).sort((a, b) => a - b),
          [1, 2, 3, 4, 5, 6].map((n) => epoch + n)
        )
      })
    )

    it.effect("fence: who is not the owner is not asked, and writes nothing", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const old = yield* S.born({ rows: [S.purse(1, 10)] })
        const owner = yield* S.activate(old.instance)
        let asked = 0
        const zombie = (owned: S.Owned) =>
          store.commit([
            S.cycle(owned, [Purse.ref(1)], () => {
              asked++
              return S.writes({ rows: [S.put("update", S.purse(1, 0))], events: [S.event(1)] })
            })
          ])
        assert.deepStrictEqual(yield* zombie(old), [{ _tag: "Fenced" }])
        // Nor one that comes from the future, or was never born.
        assert.deepStrictEqual(yield* zombie({ ...owner, epoch: owner.epoch + 1 }), [
          { _tag: "Fenced" }
        ])
        assert.deepStrictEqual(yield* zombie({ instance: S.newInstance(), epoch: 1 }), [
          { _tag: "Fenced" }
        ])
        assert.strictEqual(asked, 0)
        const after = yield* S.activate(old.instance)
        assert.deepStrictEqual(S.rowsOf(after), { "Purse:1": { row: S.purse(1, 10).row } })
        assert.strictEqual(after.lastSeq, 0)
      })
    )

    it.effect("fence each instance alone: what is carried along commits", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const [a, old, b] = [
          yield* S.born({ rows: [S.purse(1, 10)] }),
          yield* S.born({ rows: [S.purse(1, 10)] }),
          yield* S.born({ rows: [S.purse(1, 10)] })
        ]
        yield* S.activate(old.instance)
        const asked: Array<number> = []
        const paid = (owned: S.Owned) =>
          S.cycle(owned, [Purse.ref(1)], () => {
            asked.push(owned.instance)
            return S.writes({ rows: [S.put("update", S.purse(1, 99))], events: [S.event(1)] })
          })
        // Not in the order of their numbers: outcomes come as the cycles were given.
        const outcomes = yield* store.commit([paid(b), paid(old), paid(a)])
        assert.deepStrictEqual(
          outcomes.map(({ _tag }) => _tag),
          ["Committed", "Fenced", "Committed"]
        )
        assert.sameMembers(asked, [a.instance, b.instance])
        const gold = (instance: number) =>
          Effect.map(S.activate(instance), ({ lastSeq, rows }) => [
            (rows[0]!.row as any).gold,
            lastSeq
          ])
        assert.deepStrictEqual(yield* gold(a.instance), [99, 1])
        assert.deepStrictEqual(yield* gold(old.instance), [10, 0])
        assert.deepStrictEqual(yield* gold(b.instance), [99, 1])
      })
    )

    it.effect("are confirmed to the owner alone", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const old = yield* S.born({})
        assert.isTrue(yield* store.confirm(old.instance, old.epoch))
        const owner = yield* S.activate(old.instance)
        assert.isFalse(yield* store.confirm(old.instance, old.epoch))
        assert.isTrue(yield* store.confirm(old.instance, owner.epoch))
        assert.isFalse(yield* store.confirm(S.newInstance(), 1))
      })
    )

    it.effect("are known to the process that has not released them", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const { epoch, instance } = yield* S.born({})
        assert.strictEqual(yield* store.owned(instance, S.ownProcess), epoch)
        assert.isUndefined(yield* store.owned(instance, "another process"))
        assert.isUndefined(yield* store.owned(S.newInstance(), S.ownProcess))
        yield* store.release(instance, epoch, nothingLeft)
        assert.isUndefined(yield* store.owned(instance, S.ownProcess))
        const next = yield* S.activate(instance)
        assert.strictEqual(yield* store.owned(instance, S.ownProcess), next.epoch)
      })
    )

    it.effect("are not taken while a stranger holds the owner row; that is told in time", () =>
      Effect.gen(function* () {
        const owned = yield* S.born({})
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* tools.holdOwner(owned.instance)
            yield* S.failsWith(S.within(20_000, S.activate(owned.instance)), "Transient")
          })
        )
        assert.strictEqual((yield* S.activate(owned.instance)).epoch, owned.epoch + 1)
      })
    )
  })

  describe("release", () => {
    it.effect("is told to the next owner, and to none after it", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const owned = yield* S.born({})
        assert.isTrue(yield* store.release(owned.instance, owned.epoch, nothingLeft))
        const next = yield* S.activate(owned.instance)
        assert.isTrue(next.released)
        assert.strictEqual(next.epoch, owned.epoch + 1)
        // Nobody released it now: a crash.
        assert.isFalse((yield* S.activate(owned.instance)).released)
      })
    )

    it.effect("of a fenced owner does nothing", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const old = yield* S.born({})
        yield* S.activate(old.instance)
        const late = { nextDue: 1, lastSeq: 50, lastNow: 50 }
        assert.isFalse(yield* store.release(old.instance, old.epoch, late))
        assert.isFalse(yield* store.release(S.newInstance(), 1, nothingLeft))
        const next = yield* S.activate(old.instance)
        assert.isFalse(next.released)
        assert.strictEqual(next.lastSeq, 0)
      })
    )

    it.effect("takes back nothing: who knows less of seq and time than the row leaves them", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const owned = yield* S.born({})
        yield* store.release(owned.instance, owned.epoch, {
          ...nothingLeft,
          lastSeq: 7,
          lastNow: 9
        })
        const next = yield* S.activate(owned.instance)
        yield* store.release(next.instance, next.epoch, nothingLeft)
        const { lastNow, lastSeq } = yield* S.activate(owned.instance)
        assert.deepStrictEqual([lastSeq, lastNow], [7, 9])
      })
    )

    it.effect("leaves seq and time; the logs count where they are further", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const owned = yield* S.born({})
        const now = yield* tools.now
        const at = { nextDue: null, lastSeq: 7, lastNow: now + 5_000 }
        assert.isTrue(yield* store.release(owned.instance, owned.epoch, at))
        const next = yield* S.activate(owned.instance)
        assert.deepStrictEqual([next.lastSeq, next.lastNow], [7, now + 5_000])
        yield* S.written(next, {
          events: [S.event(8, { at: now + 6_000 })],
          log: [S.done(1, { now: now + 6_000, firstSeq: 8 })]
        })
        const last = yield* S.activate(owned.instance)
        assert.deepStrictEqual([last.lastSeq, last.lastNow], [8, now + 6_000])
      })
    )
  })

  describe("sleep", () => {
    it.effect("ends when what was left is due", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const now = yield* tools.now
        const left = Effect.fnUntraced(function* (nextDue: number | null) {
          const { epoch, instance } = yield* S.born({})
          yield* store.release(instance, epoch, { ...nothingLeft, nextDue })
          return instance
        })
        const past = yield* left(now - 1_000)
        const soon = yield* left(now + 50)
        const later = yield* left(now + 3_600_000)
        const never = yield* left(null)
        assert.include(yield* sleeping(0), past)
        yield* tools.pass(60)
        const asleep = yield* sleeping(0)
        assert.includeMembers(asleep, [past, soon])
        assert.notInclude(asleep, later)
        assert.notInclude(asleep, never)
      })
    )

    it.effect("of the newborn ends with their first Action", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const now = yield* tools.now
        const [due, later, never] = [S.newInstance(), S.newInstance(), S.newInstance()]
        const first = (runAt: number) => [
          S.action(1, { runAt: now + 7_200_000 }),
          S.action(2, { runAt })
        ]
        yield* store.found({ instance: due, rows: [], queue: first(now - 1) })
        yield* store.found({ instance: later, rows: [], queue: first(now + 3_600_000) })
        yield* store.found({ instance: never, rows: [], queue: [] })
        const asleep = yield* sleeping(60_000)
        assert.include(asleep, due)
        assert.notInclude(asleep, later)
        assert.notInclude(asleep, never)
      })
    )

    it.effect("is what an instance falls into whose process died", () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const instance = S.newInstance()
        const alive = `alive ${instance}`
        yield* store.found({ instance, rows: [], queue: [S.action(1, { runAt: 0 })] })
        yield* store.heartbeat(alive)
        yield* S.activate(instance, alive)
        assert.notInclude(yield* sleeping(60_000), instance)
        yield* tools.pass(50)
        assert.include(yield* sleeping(20), instance)
        yield* store.heartbeat(alive)
        assert.notInclude(yield* sleeping(60_000), instance)
        // Taken by a process that never showed a sign of life.
        yield* S.activate(instance, `unheard ${instance}`)
        assert.include(yield* sleeping(60_000), instance)
      })
    )
  })

  it.effect("ids never overlap, however many ask at once", () =>
    Effect.gen(function* () {
      const store = yield* InstanceStore
      const sizes = Array.from({ length: 24 }, (_, i) => 1 + ((i * 7) % 50))
      const firsts = yield* Effect.all(sizes.map(store.ids), { concurrency: "unbounded" })
      const all = firsts.flatMap((first, i) =>
        Array.from({ length: sizes[i]! }, (_, n) => first + n)
      )
      assert.strictEqual(new Set(all).size, all.length)
      assert.isTrue(all.every((id) => Number.isSafeInteger(id) && id > 0))
      assert.isAbove(yield* store.ids(1), Math.max(...all))
    })
  )
}
