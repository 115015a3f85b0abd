/** Tells the store, again and again, that this process lives, so that the Waker leaves its instances alone. */
import { InstanceStore, Runner } from "@wr2/engine"
import { Effect, Layer, Schedule } from "effect"
import { ClusterConfig } from "./ClusterConfig.ts"

/**
 * Beats for this process's incarnation until the scope closes.
 *
 * The first beat comes before the layer is built: no instance is owned by an incarnation that was
 * never heard of. A beat that fails later is not an error here: if they go on failing, the instances
 * go to somebody else, which is what they are for.
 */
export const layer: Layer.Layer<never, InstanceStore.StoreError, InstanceStore.InstanceStore> =
  Layer.effectDiscard(
    Effect.gen(function* () {
      const store = yield* InstanceStore.InstanceStore
      const config = yield* ClusterConfig
      const { incarnation } = yield* Runner.Runner
      const beat = Effect.withTracerEnabled(store.heartbeat(incarnation), false)
      yield* beat
      yield* beat.pipe(
        Effect.catchCause((cause) => Effect.logDebug("A heartbeat was missed", cause)),
        Effect.repeat(Schedule.spaced(config.heartbeatEvery)),
        Effect.forkScoped
      )
    })
  )
