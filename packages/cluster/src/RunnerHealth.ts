/**
 * Whether another runner lives. Effect Cluster's own check is patient (six pings of ten seconds), and
 * made by one runner for all; a world that stands still for a minute is not.
 */
import { Effect, Layer, Option, Schedule } from "effect"
import * as ClusterHealth from "effect/cluster/RunnerHealth"
import type { RunnerAddress } from "effect/cluster/RunnerAddress"
import { Runners } from "effect/cluster/Runners"
import { RunnerStorage } from "effect/cluster/RunnerStorage"
import { ShardingConfig } from "effect/cluster/ShardingConfig"
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

/** The one to watch: the next in the ring of addresses, so that everybody is watched by one. */
export const neighbour = (
  self: RunnerAddress,
  runners: ReadonlyArray<RunnerAddress>
): RunnerAddress | undefined => {
  const key = ({ host, port }: RunnerAddress) => `${host}:${port}`
  const others = runners.filter((other) => key(other) !== key(self))
  const ring = others.sort((a, b) => (key(a) < key(b) ? -1 : 1))
  return ring.find((other) => key(other) > key(self)) ?? ring[0]
}

/**
 * Every runner watches its neighbour, and says so when connections to it are refused: its process is
 * gone for certain. The one who checks for all may be the one who died, and silence may be a bad
 * line: those wait for the lease.
 */
export const layerWatch: Layer.Layer<never, never, Runners | RunnerStorage | ShardingConfig> =
  Layer.effectDiscard(
    Effect.gen(function* () {
      const runners = yield* Runners
      const storage = yield* RunnerStorage
      const { runnerAddress } = yield* ShardingConfig
      const config = yield* ClusterConfig
      if (Option.isNone(runnerAddress)) return
      const refuses = (address: RunnerAddress) =>
        runners.ping(address).pipe(
          Effect.timeout(config.healthWithin / 2),
          Effect.match({
            onSuccess: () => false,
            onFailure: (error) => error._tag === "RunnerUnavailable"
          })
        )
      const look = Effect.gen(function* () {
        const living = (yield* storage.getRunners).filter(([, healthy]) => healthy)
        const watched = neighbour(
          runnerAddress.value,
          living.map(([{ address }]) => address)
        )
        if (watched === undefined || !(yield* refuses(watched))) return
        yield* Effect.sleep(config.healthWithin / 4)
        if (!(yield* refuses(watched))) return
        yield* Effect.logDebug("a runner is gone", { address: `${watched.host}:${watched.port}` })
        yield* storage.setRunnerHealth(watched, false)
      })
      yield* look.pipe(
        Effect.ignoreCause,
        Effect.withTracerEnabled(false),
        Effect.repeat(Schedule.spaced(config.healthEvery)),
        Effect.forkScoped
      )
    })
  )
