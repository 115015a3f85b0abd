/** What `npm run bench` and `npm run bench:peers` have in common: options, a server, and what is written. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { NodeServices } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import * as Embedded from "@wr2/postgres/Embedded"
import { Effect, Layer, References } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { Suite } from "./Case.ts"
import { cases } from "./Cases.ts"
import { machine, machineLine } from "./Figures.ts"
import * as Report from "./Report.ts"
import * as Runner from "./Runner.ts"

const root = join(import.meta.dirname, "../..")

const options = {
  json: { type: "string" },
  runs: { type: "string" },
  seconds: { type: "string" },
  only: { type: "string" },
  side: { type: "string", default: "" },
  rows: { type: "string", default: "20000000" },
  hold: { type: "string", default: "180" },
  docs: { type: "string" },
  full: { type: "boolean", default: false },
  help: { type: "boolean", default: false }
} as const

const help = (peers: boolean): string =>
  [
    peers
      ? "npm run bench:peers -- [options]     WR2 beside what people would use instead"
      : "npm run bench -- [--full] [options]  WR2 by itself; --full: everything, which takes an hour",
    "",
    "  --only NAME,...   these cases",
    "  --side TEXT       the sides whose name has this in it",
    "  --runs N          how often each is measured",
    "  --seconds N       how long, each time; half as long again to warm up",
    "  --json FILE       all figures: {machine, results, ratios}",
    "  --docs FOLDER     a Markdown table and a chart; a whole full or peers run writes docs/performance",
    ...(peers
      ? []
      : [
          "  --rows N          rows in the long log (20000000)",
          "  --hold N          seconds that a transaction is left open (180)"
        ]),
    "",
    "Cases:",
    ...cases
      .filter(({ suites }) => suites.includes("peers") || !peers)
      .map(
        ({ about, name, suites }) =>
          `  ${name.padEnd(18)}${peers || suites.includes("quick") ? "" : "(--full) "}${about}`
      ),
    "",
    "Ends with 1 when something was wrong, or a target was not met."
  ].join("\n")

const program = Effect.fnUntraced(function* (suite: Suite, given: ReturnType<typeof parse>) {
  const { url } = yield* Embedded.Embedded
  const sql = yield* SqlClient.SqlClient
  const settings = [
    "server_version",
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "shared_buffers"
  ]
  const told: Record<string, string> = {}
  for (const name of settings) {
    const [row] = yield* sql<{ value: string }>`SELECT current_setting(${name}) AS value`
    told[name] = row!.value
  }
  const on = machine(told)
  const say = (text: string) => Effect.sync(() => console.error(text))
  yield* say(machineLine(on))
  const outcome = yield* Runner.run(
    cases.filter(({ name }) => given.only === undefined || given.only.includes(name)),
    {
      suite,
      runs: given.runs,
      settings: { url, seconds: given.seconds, rows: given.rows, hold: given.hold, say },
      chosen: (side) => side.includes(given.side)
    }
  )
  const report: Report.Report = {
    ...outcome,
    machine: on,
    suite,
    runs: given.runs,
    seconds: given.seconds
  }
  console.log(Report.table(outcome))
  if (given.json !== undefined) writeFileSync(given.json, Report.json(report))
  if (given.docs !== undefined) Report.write(given.docs, report)
  return outcome.wrong.length === 0 && outcome.ratios.every(({ met }) => met)
})

const number = (text: string | undefined, least: number, otherwise: number): number => {
  const value = Number(text ?? otherwise)
  return Number.isFinite(value) ? Math.max(least, value) : otherwise
}

const parse = (peers: boolean) => {
  const { values } = parseArgs({ options })
  const whole = values.only === undefined && values.side === ""
  const long = peers || values.full
  const { docs = whole && long ? join(root, "docs/performance") : undefined, only } = values
  return {
    ...values,
    docs,
    only: only?.split(","),
    runs: number(values.runs, 1, 3),
    seconds: number(values.seconds, 1, peers ? 3 : values.full ? 5 : 2),
    rows: number(values.rows, 1_000, 20_000_000),
    hold: number(values.hold, 1, 180)
  }
}

/** Runs, and ends the process. */
export const main = async (command: "bench" | "peers", before: () => boolean = () => true) => {
  const peers = command === "peers"
  const given = parse(peers)
  if (given.help) {
    console.log(help(peers))
    process.exit(0)
  }
  const unknown = given.only?.filter((only) => !cases.some(({ name }) => name === only)) ?? []
  if (unknown.length > 0) {
    console.error(`no such case: ${unknown.join(", ")} (--help lists them)`)
    process.exit(2)
  }
  if (!before()) process.exit(1)
  // A case that is asked for by name is run, whichever run it belongs to.
  const suite: Suite = peers ? "peers" : given.full || given.only !== undefined ? "full" : "quick"
  const server = Embedded.layer({ dir: join(root, ".wr2/bench") })
  const client = Layer.unwrap(
    Effect.map(Embedded.Embedded, ({ url }) => PgClient.layer({ url, maxConnections: 2 }))
  )
  const met = await Effect.runPromise(
    program(suite, given).pipe(
      Effect.provide(
        client.pipe(Layer.provideMerge(server), Layer.provideMerge(NodeServices.layer))
      ),
      Effect.provideService(References.MinimumLogLevel, "Warn"),
      Effect.scoped
    )
  )
  process.exit(met ? 0 : 1)
}
