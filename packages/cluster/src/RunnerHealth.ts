/**
 * Whether another runner answers. Effect Cluster's own check is patient (six pings of ten seconds);
 * a world that stands still for a minute is not.
 */
import { Effect, Layer, Schedule } from "effect"
import * as ClusterHealth from "effect/cluster/RunnerHealth"
import { Runners } from "effect/cluster/Runners"
import { ClusterConfig } from "./ClusterConfig.ts"

/** Two tries. A runner wrongly taken for dead hands its instances over in order, and gets them back. */
export const layer: Layer.Layer<ClusterHealth.RunnerHealth, never, Runners> = Layer.effect(
  ClusterHealth.RunnerHealth,
  Effect.gen(function* () {
    const runners = yield* Runners
    const config = yield* ClusterConfig
    return {
      isAlive: (address) =>
        runners
          .ping(address)
          .pipe(
            Effect.timeout(config.healthWithin),
            Effect.retry({ times: 1, schedule: Schedule.spaced(config.healthWithin / 4) }),
            Effect.isSuccess
          )
    }
  })
)
