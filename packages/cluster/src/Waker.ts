/**
 * Wakes instances that should be awake and are not: released ones whose next Action has come due,
 * and those of an owner that died (docs/protocols.md 3). Players' requests wake an instance by
 * themselves; this is for a world in which nobody is.
 */
import { InstanceStore, Placement } from "@wr2/engine"
import { Effect, Layer, Schedule } from "effect"
import type { Sharding } from "effect/cluster/Sharding"
import * as Singleton from "effect/cluster/Singleton"
import { ClusterConfig } from "./ClusterConfig.ts"

/** Looks once, and wakes what it finds. Who does not answer is found again by the next look. */
export const look: Effect.Effect<void, never, InstanceStore.InstanceStore | Placement.Placement> =
  Effect.gen(function* () {
    const store = yield* InstanceStore.InstanceStore
    const placement = yield* Placement.Placement
    const config = yield* ClusterConfig
    const sleeping = yield* store.sleeping(config.deadAfter)
    yield* Effect.forEach(
      sleeping,
      ({ instance }) =>
        placement.call(instance, { _tag: "Wake" }).pipe(
          Effect.catchCause((cause) => Effect.logDebug("An instance could not be woken", cause)),
          Effect.annotateLogs({ instance })
        ),
      { concurrency: config.wakeConcurrency, discard: true }
    )
  }).pipe(
    Effect.catchCause((cause) => Effect.logDebug("The Waker could not look", cause)),
    // Every second for ever: a span of its own for each look would be most of a trace store.
    Effect.withTracerEnabled(false)
  )

const always = Effect.flatMap(ClusterConfig, (config) =>
  Effect.repeat(look, Schedule.spaced(config.wakeEvery))
)

/** One Waker in the whole cluster. For a moment there may be two: a Wake is safe to repeat. */
export const layer: Layer.Layer<
  never,
  never,
  Sharding | InstanceStore.InstanceStore | Placement.Placement
> = Singleton.make("wr2/Waker", Effect.asVoid(always))

/** A Waker for one process without a cluster. */
export const layerLocal: Layer.Layer<
  never,
  never,
  InstanceStore.InstanceStore | Placement.Placement
> = Layer.effectDiscard(Effect.forkScoped(always))
