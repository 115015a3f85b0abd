/** The heart of it: durable Actions a second, by WR2 and by whatever else could do it. */
import { Limits } from "@wr2/engine"
import { Effect } from "effect"
import { ratio } from "../Case.ts"
import type { Case } from "../Case.ts"
import { ceiling } from "../Ceiling.ts"
import * as Peer from "../Peer.ts"
import * as Processes from "../Processes.ts"
import { naive, named, run, sample } from "../Workload.ts"

const engine = "20 instances, engine"
const two = "20 instances, two engine processes"
const onePerAction = "20 instances, one transaction per Action"
const sqlAlone = "SQL ceiling"

/** What SQL alone did where the figures below were measured: a machine that does less of it does less of all. */
const beside = { figure: sqlAlone, value: 42_000 }

/** What was measured of each peer on the machine that the targets are for, moves a second. */
const peers = [
  { peer: "graphile-worker", floor: 860 },
  { peer: "graphile-worker, fastest", floor: 2_650 },
  { peer: "pg-boss", floor: 775 },
  { peer: "DBOS Transact", floor: 440 },
  { peer: "Restate", floor: 990 }
]
const figureOf = (peer: string) => `peer ${peer}`

export const durable: Case = {
  name: "durable",
  about:
    "20 instances, 60 who walk and 100 who fight in each: Actions/s; beside one transaction per Action, SQL alone, and peers",
  suites: ["quick", "full", "peers"],
  open: (settings) => {
    const { seconds, url } = settings
    const workload = named("20 instances")
    return Effect.succeed([
      {
        name: "engine",
        suites: ["quick", "full", "peers"],
        measure: Effect.map(
          run({ url, workload, limits: Limits.defaults, seconds, lateness: "in time" }),
          (measured) => sample(engine, measured)
        )
      },
      {
        // As an operator has it who starts a second runner.
        name: "two processes",
        suites: ["full"],
        measure: Effect.map(
          Processes.run({ url, workload, seconds, lateness: "in time", processes: 2 }),
          (measured) => sample(two, measured)
        )
      },
      {
        name: "naive",
        suites: ["quick", "full", "peers"],
        floor: { figure: onePerAction, value: 1_200, beside },
        measure: Effect.map(
          run({ url, workload, limits: naive, seconds, lateness: "any" }),
          (measured) => sample(onePerAction, measured)
        )
      },
      {
        name: "SQL ceiling",
        suites: ["quick", "full", "peers"],
        measure: ceiling(sqlAlone)({ url, seconds })
      },
      ...peers.map(({ floor, peer }) =>
        Peer.side(settings, {
          peer,
          figure: figureOf(peer),
          unit: "Actions/s",
          floor: { value: floor, beside }
        })
      )
    ])
  },
  targets: [
    {
      name: "20 instances, Actions/s",
      target: 25_000,
      value: ({ best }) => best([engine, two])
    },
    {
      name: "20 instances: engine / best peer at its fastest",
      target: 10,
      value: ({ best, of }) => of(engine) / best(peers.map(({ peer }) => figureOf(peer)))
    },
    ratio("20 instances: engine / one transaction per Action", engine, onePerAction, 20),
    {
      name: "20 instances: engine / SQL ceiling",
      target: 0.6,
      value: ({ best, of }) => best([engine, two]) / of(sqlAlone)
    }
  ]
}
