/**
 * `npm run bench`: committed Actions a second through the real engine, on a real Postgres with fsync
 * on, beside the same work with one transaction per Action; several runs in turn, medians and ratios.
 *
 *     npm run bench                       the table, in about a minute
 *     npm run bench -- --json FILE        the same as JSON: {machine, results, ratios}
 *     npm run bench -- --runs 5 --seconds 4
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { PgClient } from "@effect/sql-pg"
import { NodeServices } from "@effect/platform-node"
import { Limits } from "@wr2/engine"
import * as Embedded from "@wr2/postgres/Embedded"
import { Effect, Layer, References } from "effect"
import { machine, median } from "./Figures.ts"
import { measure } from "./Latency.ts"
import { naive, run, workloads } from "./Workload.ts"
import type { Measured } from "./Workload.ts"

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    runs: { type: "string", default: "3" },
    seconds: { type: "string", default: "2" },
    help: { type: "boolean", default: false }
  }
})
if (values.help) {
  console.log("npm run bench -- [--json FILE] [--runs 3] [--seconds 2]")
  process.exit(0)
}
const runs = Math.max(1, Number(values.runs))
const seconds = Math.max(1, Number(values.seconds))

const program = Effect.gen(function* () {
  const { url } = yield* Embedded.Embedded
  console.log(machine)
  const results: Array<{ name: string; value: number; unit: string; runs: ReadonlyArray<number> }> =
    []
  const ratios: Array<{ name: string; value: number; target: number; met: boolean }> = []
  let wrong = 0
  for (const workload of workloads) {
    const sides: Record<string, Array<Measured>> = { engine: [], naive: [] }
    for (let i = 0; i < runs; i++) {
      for (const [side, limits] of [
        ["engine", Limits.defaults],
        ["naive", naive]
      ] as const) {
        const measured = yield* run({ url, workload, limits, seconds })
        sides[side]!.push(measured)
        for (const what of measured.wrong) {
          wrong++
          console.error(`  ${workload.name} (${side}): ${what}`)
        }
      }
    }
    const value = (side: string, of: (measured: Measured) => number) => median(sides[side]!.map(of))
    const engine = value("engine", (m) => m.perSecond)
    const alone = value("naive", (m) => m.perSecond)
    for (const side of ["engine", "naive"]) {
      results.push({
        name: `${workload.name}, ${side}`,
        value: Math.round(value(side, (m) => m.perSecond)),
        unit: "Actions/s",
        runs: sides[side]!.map((m) => Math.round(m.perSecond))
      })
    }
    ratios.push({
      name: `${workload.name}: engine / one transaction per Action`,
      value: engine / alone,
      target: 2,
      met: engine >= 2 * alone
    })
    if (workload.name === "20 instances") {
      ratios.push({
        name: "20 instances: Actions/s of 10,000",
        value: engine / 10_000,
        target: 1,
        met: engine >= 10_000
      })
    }
    console.log(
      `${workload.name.padEnd(16)} ${String(Math.round(engine)).padStart(7)} Actions/s  p50 ${value("engine", (m) => m.p50).toFixed(1)} ms  p99 ${value("engine", (m) => m.p99).toFixed(1)} ms` +
        `   one per Action ${String(Math.round(alone)).padStart(6)}   ratio ${(engine / alone).toFixed(1)}`
    )
  }
  for (const clients of [1, 40]) {
    const latency = yield* measure({ url, clients, seconds: clients === 1 ? 12 : 8 })
    for (const [name, value] of [
      ["p50", latency.p50],
      ["p99", latency.p99]
    ] as const) {
      results.push({
        name: `keystroke to own Event, ${clients} clients, ${name}`,
        value: Math.round(value * 100) / 100,
        unit: "ms",
        runs: [value]
      })
    }
    console.log(
      `${`${clients} on websockets`.padEnd(16)} keystroke to own Event  p50 ${latency.p50.toFixed(1)} ms  p99 ${latency.p99.toFixed(1)} ms`
    )
  }
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ machine, results, ratios }, null, 2)}\n`)
  return wrong === 0 && ratios.every(({ met }) => met)
})

const server = Embedded.layer({ dir: join(import.meta.dirname, "../../.wr2/bench") })
const client = Layer.unwrap(
  Effect.map(Embedded.Embedded, ({ url }) => PgClient.layer({ url, maxConnections: 2 }))
)
const met = await Effect.runPromise(
  program.pipe(
    Effect.provide(client.pipe(Layer.provideMerge(server), Layer.provideMerge(NodeServices.layer))),
    Effect.provideService(References.MinimumLogLevel, "Warn"),
    Effect.scoped
  )
)
process.exit(met ? 0 : 1)
