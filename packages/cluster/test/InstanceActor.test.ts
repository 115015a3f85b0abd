import { assert, describe, it } from "@effect/vitest"
import { ClusterPlacement, InstanceActor } from "@wr2/cluster"
import { ClusterConfig, defaults } from "@wr2/cluster/ClusterConfig"
import { type Messages, Placement } from "@wr2/engine"
import { Context, Effect, Exit, Fiber, Layer, Scope, Stream } from "effect"
import { TestClock } from "effect/testing"
import { RunnerHealth, Runners, RunnerStorage, Sharding, ShardingConfig } from "effect/cluster"
import * as MessageStorage from "effect/cluster/MessageStorage"

const wake: Messages.Request = { _tag: "Wake" }

/** A host that notes what is asked of it. */
const makeHost = () => {
  const held = new Set<number>()
  const told: Array<string> = []
  const host: Placement.InstanceHost = {
    call: (instance, request) =>
      Effect.sync(() => {
        held.add(instance)
        told.push(`${request._tag} ${instance}`)
        return { _tag: "Done" }
      }),
    feed: (instance, after) => {
      held.add(instance)
      return Stream.concat(Stream.make({ lineage: "a", upTo: after + 1, events: [] }), Stream.never)
    },
    release: (instance) =>
      Effect.sync(() => {
        if (held.delete(instance)) told.push(`release ${instance}`)
      }),
    resident: Effect.sync(() => [...held])
  }
  return { host, held, told }
}

/** One runner, in memory. */
const cluster = ClusterPlacement.layer.pipe(
  Layer.provideMerge(Sharding.layer),
  Layer.provide(Runners.layerNoop),
  Layer.provide([MessageStorage.layerNoop, RunnerHealth.layerNoop]),
  Layer.provideMerge(RunnerStorage.layerMemory),
  Layer.provide(
    ShardingConfig.layer({
      simulateRemoteSerialization: false,
      entityTerminationTimeout: 1_000,
      shardsPerGroup: defaults.shards
    })
  )
)

/** Time goes on until something that waits for the cluster is done. */
const elapse = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect, { startImmediately: true })
    while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust(100)
    return yield* Fiber.join(fiber)
  })

describe("an instance on a cluster", () => {
  it.effect("is asked where it lives, and released when the host goes", () =>
    Effect.gen(function* () {
      const { host, told } = makeHost()
      const placement = yield* Placement.Placement
      const scope = yield* Scope.make()
      yield* placement.host(host).pipe(Scope.provide(scope))
      assert.deepStrictEqual(yield* elapse(placement.call(1, wake)), { _tag: "Done" })
      assert.deepStrictEqual(yield* elapse(placement.call(2, wake)), { _tag: "Done" })
      yield* elapse(Scope.close(scope, Exit.void))
      assert.sameMembers(told, ["Wake 1", "Wake 2", "release 1", "release 2"])
    }).pipe(Effect.provide(cluster))
  )

  it.effect("is released once by a drain, before its host's scope ends", () =>
    Effect.gen(function* () {
      const { host, told } = makeHost()
      const placement = yield* Placement.Placement
      const { drain } = yield* ClusterPlacement.Drain
      yield* placement.host(host)
      yield* elapse(placement.call(1, wake))
      yield* elapse(drain)
      assert.deepStrictEqual(told, ["Wake 1", "release 1"])
      const after = yield* elapse(Effect.flip(placement.call(1, wake)))
      assert.strictEqual(after._tag, "Unavailable")
    }).pipe(Effect.scoped, Effect.provide(cluster))
  )

  it.effect("stays as long as the host holds it, and its shell goes when the host let go", () =>
    Effect.gen(function* () {
      const { held, host, told } = makeHost()
      const placement = yield* Placement.Placement
      const sharding = yield* Sharding.Sharding
      yield* placement.host(host)
      yield* elapse(placement.call(1, wake))
      yield* TestClock.adjust(10 * defaults.idleEntity)
      assert.strictEqual(yield* sharding.activeEntityCount, 1)
      assert.notInclude(told, "release 1")
      held.clear()
      yield* TestClock.adjust(3 * defaults.idleEntity)
      assert.strictEqual(yield* sharding.activeEntityCount, 0)
      // Asked again, it lives again.
      yield* elapse(placement.call(1, wake))
      assert.strictEqual(yield* sharding.activeEntityCount, 1)
    }).pipe(Effect.scoped, Effect.provide(cluster))
  )

  it.effect("that was hosted past placement is released", () =>
    Effect.gen(function* () {
      const { held, host, told } = makeHost()
      const placement = yield* Placement.Placement
      yield* placement.host(host)
      held.add(7)
      yield* TestClock.adjust(defaults.idleEntity)
      assert.deepStrictEqual(told, ["release 7"])
    }).pipe(Effect.scoped, Effect.provide(cluster))
  )

  it.effect("that nobody hosts is Unavailable in time", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(cluster, scope)
      const placement = Context.get(context, Placement.Placement)
      const answer = yield* elapse(Effect.flip(placement.call(1, wake)))
      assert.strictEqual(answer._tag, "Unavailable")
      // What still waits for a host is given up with the clock running.
      yield* elapse(Scope.close(scope, Exit.void))
    }).pipe(Effect.provideService(ClusterConfig, { ...defaults, callWithin: 500 }))
  )

  it.effect("ends a feed that is silent for too long", () =>
    Effect.gen(function* () {
      const { host } = makeHost()
      const placement = yield* Placement.Placement
      yield* placement.host(host)
      const heard = yield* elapse(Stream.runCollect(placement.feed(1, 4)))
      assert.deepStrictEqual([...heard], [{ lineage: "a", upTo: 5, events: [] }])
    }).pipe(Effect.scoped, Effect.provide(cluster))
  )
})

describe("chunks that gather", () => {
  const event = (seq: number): Messages.FeedEvent => ({
    seq,
    type: "Said",
    payload: "{}",
    streams: [],
    at: 0,
    commandId: null
  })
  const chunk = (
    lineage: string,
    upTo: number,
    ...seqs: ReadonlyArray<number>
  ): Messages.Chunk => ({
    lineage,
    upTo,
    events: seqs.map(event)
  })

  it("travel as one, a lineage apart from the next", () => {
    assert.deepStrictEqual(
      InstanceActor.join([chunk("a", 2, 1, 2), chunk("a", 5), chunk("a", 6, 6), chunk("b", 1, 1)]),
      [chunk("a", 6, 1, 2, 6), chunk("b", 1, 1)]
    )
  })

  it("are left alone when there is one", () => {
    assert.deepStrictEqual(InstanceActor.join([chunk("a", 2, 2)]), [chunk("a", 2, 2)])
  })
})
