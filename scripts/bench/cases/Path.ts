/** Where the time of one Action goes: the durable workload once more, under V8's profiler. */
import { Session } from "node:inspector/promises"
import { Limits } from "@wr2/engine"
import { Effect } from "effect"
import type { Case } from "../Case.ts"
import * as Hops from "../Hops.ts"
import { named, run } from "../Workload.ts"

/** Profiles an effect in this process. */
const profiled = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const session = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const opened = new Session()
      opened.connect()
      return opened
    }),
    (opened) => Effect.sync(() => opened.disconnect())
  )
  yield* Effect.promise(() => session.post("Profiler.enable"))
  yield* Effect.promise(() => session.post("Profiler.setSamplingInterval", { interval: 500 }))
  yield* Effect.promise(() => session.post("Profiler.start"))
  const result = yield* effect
  const { profile } = yield* Effect.promise(() => session.post("Profiler.stop"))
  return { profile, result }
})

export const path: Case = {
  name: "path",
  about: "The durable workload under a profiler: each hop's share of the time that Node is busy",
  suites: ["full"],
  open: ({ seconds, url }) => {
    const workload = named("20 instances")
    return Effect.succeed([
      {
        name: "engine",
        suites: ["full"],
        measure: Effect.map(
          // A profiler makes it late; shares are shares.
          profiled(run({ url, workload, limits: Limits.defaults, seconds, lateness: "any" })),
          ({ profile, result }) => ({
            figures: [
              ...[...Hops.shares(profile)].map(([hop, value]) => ({
                name: `path, ${hop}`,
                unit: "% of Node's time",
                value
              })),
              { name: "path, under the profiler", unit: "Actions/s", value: result.perSecond }
            ],
            wrong: result.wrong
          })
        )
      }
    ])
  },
  targets: []
}
