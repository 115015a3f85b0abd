/** The engine under loads of other shapes than twenty busy instances. */
import { Limits } from "@wr2/engine"
import { Effect, Layer } from "effect"
import { database, reach } from "../Case.ts"
import type { Case, Settings } from "../Case.ts"
import { onPostgres } from "../Field.ts"
import * as Load from "../Load.ts"
import { crowded, memory, named, run, sample, walk } from "../Workload.ts"

const alone = "one instance, engine"
const hot = "one hot target, engine"

export const one: Case = {
  name: "one-instance",
  about: "One instance alone, and one where everybody gives to the same character",
  suites: ["full"],
  open: ({ seconds, url }) =>
    Effect.succeed(
      [
        { figure: alone, workload: named("one instance") },
        { figure: hot, workload: named("one hot target") }
      ].map(({ figure, workload }) => ({
        name: workload.name,
        suites: ["full"] as const,
        measure: Effect.map(run({ url, workload, limits: Limits.defaults, seconds }), (measured) =>
          sample(figure, measured)
        )
      }))
    ),
  targets: [reach(alone, 15_000)]
}

const pure = "in-memory adapters, engine"

export const inMemory: Case = {
  name: "in-memory",
  about: "The engine by itself, on in-memory adapters: what it costs without a database",
  suites: ["full"],
  open: ({ seconds }) =>
    Effect.succeed([
      {
        name: "engine",
        suites: ["full"],
        measure: Effect.map(
          memory({ workload: named("20 instances"), limits: Limits.defaults, seconds }),
          (measured) => sample(pure, measured)
        )
      }
    ]),
  targets: [reach(pure, 150_000)]
}

const many = "2,000 instances"
const offered = 10_000
const share = `${many}, share carried of ${offered.toLocaleString("en-US")}/s`

export const thousands: Case = {
  name: "many-instances",
  about: "2,000 instances, a Command in each now and then: 10,000 Actions/s offered by chance",
  suites: ["full"],
  open: Effect.fnUntraced(function* (settings: Settings) {
    yield* settings.say("  founding and waking 2,000 instances")
    const context = yield* Layer.build(onPostgres(yield* database(settings), Limits.defaults))
    const field = yield* crowded({ instances: 2_000, players: 8, fights: 0 }).pipe(
      Effect.provideContext(context)
    )
    let seed = 0
    return [
      {
        name: "engine",
        suites: ["full"] as const,
        measure: Effect.gen(function* () {
          const carried = yield* Load.offered(field, {
            perSecond: offered,
            seconds: settings.seconds,
            seed: ++seed,
            command: walk
          })
          return {
            figures: [
              { name: share, unit: "of all", value: carried.share },
              ...Load.latencies(many, field, carried)
            ],
            wrong: yield* field.problems
          }
        })
      }
    ]
  }),
  targets: [reach(share, 0.99), reach(`${many}, p99`, 100, { atMost: true })]
}
