/** The engine under loads of other shapes than twenty busy instances. */
import { Limits } from "@wr2/engine"
import { Effect, Layer } from "effect"
import { database, ratio, reach } from "../Case.ts"
import type { Case, Settings, Side } from "../Case.ts"
import { onPostgres } from "../Field.ts"
import * as Load from "../Load.ts"
import { crowded, memory, naive, named, run, sample, walk } from "../Workload.ts"
import type { Workload } from "../Workload.ts"

const alone = "one instance, engine"
const hot = "one hot target, engine"
const perAction = (name: string) => `${name}, one transaction per Action`

/** The workload by the engine, and by one transaction per Action. */
const beside = (
  { seconds, url }: Settings,
  figure: string,
  workload: Workload
): ReadonlyArray<Side> => [
  {
    name: `${workload.name}, engine`,
    suites: ["quick", "full"],
    measure: Effect.map(
      run({ url, workload, limits: Limits.defaults, seconds, lateness: "in time" }),
      (measured) => sample(figure, measured)
    )
  },
  {
    name: `${workload.name}, naive`,
    suites: ["quick", "full"],
    measure: Effect.map(
      run({ url, workload, limits: naive, seconds, lateness: "any" }),
      (measured) => sample(perAction(workload.name), measured)
    )
  }
]

export const one: Case = {
  name: "one-instance",
  about: "One instance alone, and one where everybody gives to the same character",
  suites: ["quick", "full"],
  once: true,
  open: (settings) =>
    Effect.succeed([
      ...beside(settings, alone, named("one instance")),
      ...beside(settings, hot, named("one hot target"))
    ]),
  targets: [
    reach(alone, 15_000),
    ratio("one instance: engine / one transaction per Action", alone, perAction("one instance"), 2),
    ratio(
      "one hot target: engine / one transaction per Action",
      hot,
      perAction("one hot target"),
      2
    )
  ]
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
          memory({
            workload: named("20 instances"),
            limits: Limits.defaults,
            seconds,
            lateness: "in time"
          }),
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
