/** The suite of the port to pending Actions. */
import { assert, layer as withLayer } from "@effect/vitest"
import { ActionQueue } from "@wr2/engine/ActionQueue"
import { Effect } from "effect"
import type { Layer } from "effect"
import * as S from "./Support.ts"
import type { Stores, StoreTools } from "./Tools.ts"

/** Registers the tests of ActionQueue. See {@link instanceStoreSuite} for the layer. */
export const actionQueueSuite = <R, E>(
  name: string,
  layer: Layer.Layer<Stores | R, E>,
  tools: StoreTools<R>
): void =>
  withLayer(layer, { excludeTestServices: tools.live })(`${name}: ActionQueue`, (it) => {
    // In no order: 5 and 2 are due at once, 3 is last.
    const queue = [
      S.action(1, { runAt: 3_000 }),
      S.action(5, { runAt: 1_000 }),
      S.action(3, { runAt: 9_000 }),
      S.action(2, {
        runAt: 1_000,
        payload: { deep: [{ a: null }] },
        actor: { type: "Mob", id: 3 }
      }),
      S.action(4, { runAt: 2_000 })
    ]
    const due = Effect.fnUntraced(function* (
      instance: number,
      after: number,
      until: number,
      limit = 100
    ) {
      const port = yield* ActionQueue
      return (yield* port.due(instance, { after, until, limit })).map(({ no }) => no)
    })

    it.effect("gives what is due, by due time, then number", () =>
      Effect.gen(function* () {
        const { instance } = yield* S.born({ queue })
        assert.deepStrictEqual(yield* due(instance, 0, 10_000), [2, 5, 4, 1, 3])
        const [first] = yield* (yield* ActionQueue).due(instance, {
          after: 0,
          until: 1_000,
          limit: 1
        })
        assert.deepStrictEqual(first, queue[3])
      })
    )

    it.effect("begins after the one time and ends with the other", () =>
      Effect.gen(function* () {
        const { instance } = yield* S.born({ queue })
        assert.deepStrictEqual(yield* due(instance, 1_000, 3_000), [4, 1])
        assert.deepStrictEqual(yield* due(instance, 999, 1_000), [2, 5])
        assert.deepStrictEqual(yield* due(instance, 9_000, 99_000), [])
        assert.deepStrictEqual(yield* due(instance, -5_000, 999), [])
      })
    )

    it.effect("gives the first of many, as many as are asked for", () =>
      Effect.gen(function* () {
        const { instance } = yield* S.born({ queue })
        assert.deepStrictEqual(yield* due(instance, 0, 10_000, 3), [2, 5, 4])
      })
    )

    it.effect("knows when to look again", () =>
      Effect.gen(function* () {
        const port = yield* ActionQueue
        const { instance } = yield* S.born({ queue })
        assert.strictEqual(yield* port.nextDue(instance, 0), 1_000)
        assert.strictEqual(yield* port.nextDue(instance, 1_000), 2_000)
        assert.strictEqual(yield* port.nextDue(instance, 8_999), 9_000)
        assert.isNull(yield* port.nextDue(instance, 9_000))
      })
    )

    it.effect("follows what cycles add, remove and count", () =>
      Effect.gen(function* () {
        const port = yield* ActionQueue
        const owned = yield* S.born({ queue })
        yield* S.written(owned, {
          dequeued: [2, 4],
          queued: [S.action(6, { runAt: 1_500 })],
          attempted: [5]
        })
        assert.deepStrictEqual(yield* due(owned.instance, 0, 10_000), [5, 6, 1, 3])
        const [counted] = yield* port.due(owned.instance, { after: 0, until: 1_000, limit: 9 })
        assert.strictEqual(counted?.attempts, 1)
        yield* S.written(owned, { dequeued: [5, 6, 1, 3] })
        assert.isNull(yield* port.nextDue(owned.instance, 0))
      })
    )

    it.effect("knows each instance apart, and nothing of others", () =>
      Effect.gen(function* () {
        const port = yield* ActionQueue
        const one = yield* S.born({ queue: [S.action(1, { runAt: 10 })] })
        const two = yield* S.born({ queue: [S.action(1, { runAt: 20 })] })
        assert.strictEqual(yield* port.nextDue(one.instance, 0), 10)
        assert.strictEqual(yield* port.nextDue(two.instance, 0), 20)
        assert.deepStrictEqual(yield* due(S.newInstance(), 0, 10_000), [])
        assert.isNull(yield* port.nextDue(S.newInstance(), 0))
      })
    )
  })
