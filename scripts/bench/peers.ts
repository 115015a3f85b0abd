/**
 * `npm run bench:peers`: the same durable move by WR2 and by what people would use instead, side by
 * side on the same PostgreSQL, each in turn and several times; medians, spread and ratios.
 *
 *     npm run bench:peers -- [--runs 3] [--seconds 3] [--only NAME] [--json FILE]
 *
 * The peers live in scripts/bench/peers with a package.json of their own: they are installed here and
 * nowhere else.
 */
import { spawn, spawnSync } from "node:child_process"
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { NodeServices } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import { Limits } from "@wr2/engine"
import * as Embedded from "@wr2/postgres/Embedded"
import { Effect, Layer, Redacted, References } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { fanOut } from "./FanOut.ts"
import { machine, median } from "./Figures.ts"
import { naive, run, workloads } from "./Workload.ts"

interface Figure {
  readonly perSecond: number
  readonly p50: number | null
  readonly p99: number | null
}

/**
 * Who is measured. `floor`: what was measured of it on a machine like this (moves a second); below 0.8
 * of that something is wrong with the run, and its ratio is void.
 */
const peers: ReadonlyArray<{ readonly name: string; readonly floor: number }> = [
  { name: "graphile-worker", floor: 860 },
  { name: "graphile-worker, fastest", floor: 2_650 },
  { name: "pg-boss", floor: 775 },
  { name: "DBOS Transact", floor: 440 },
  { name: "Restate", floor: 990 }
]
/** The naive design on our own stack, measured likewise. */
const naiveFloor = 1_200

const folder = join(import.meta.dirname, "peers")

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    runs: { type: "string", default: "3" },
    seconds: { type: "string", default: "3" },
    only: { type: "string" },
    help: { type: "boolean", default: false }
  }
})
if (values.help) {
  console.log(
    "npm run bench:peers -- [--runs 3] [--seconds 3] [--only NAME] [--json FILE]\n\n" +
      `Measures WR2 beside ${peers.map(({ name }) => name).join("; ")}; Colyseus for fan-out.`
  )
  process.exit(0)
}
const runs = Math.max(1, Number(values.runs))
const seconds = Math.max(1, Number(values.seconds))

if (!existsSync(join(folder, "node_modules"))) {
  console.log("installing the peers (once, some 280 MB) ...")
  const installed = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"]
  })
  if (installed.status !== 0) {
    console.error("npm ci failed in scripts/bench/peers: the registry is needed for this once")
    process.exit(1)
  }
}

/** A database of its own for each run. */
const inDatabase = <A, E, R>(url: URL, body: (url: string) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const database = `peer_${process.pid}_${Math.floor(performance.now() * 1_000)}`
    yield* sql.unsafe(`CREATE DATABASE ${database}`)
    const own = new URL(url)
    own.pathname = `/${database}`
    return yield* Effect.ensuring(
      body(own.href),
      Effect.orDie(sql.unsafe(`DROP DATABASE ${database} WITH (FORCE)`))
    )
  })

/** One run of a peer, in a process of its own. */
const peer = (name: string, url: string) =>
  Effect.callback<Figure>((resume) => {
    const child = spawn(process.execPath, [join(folder, "run.mjs"), name, url, String(seconds)], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"]
    })
    let said = ""
    let complaints = ""
    child.stdout.on("data", (data) => (said += String(data)))
    child.stderr.on("data", (data) => (complaints += String(data)))
    child.once("error", (error) => resume(Effect.die(error)))
    child.once("close", (code) => {
      const line = said.trim().split("\n").pop() ?? ""
      resume(
        code === 0 && line.startsWith("{")
          ? Effect.succeed(JSON.parse(line) as Figure)
          : Effect.die(`${name} ended with ${code}: ${complaints.slice(-2_000)}`)
      )
    })
    return Effect.sync(() => child.kill("SIGKILL"))
  })

const program = Effect.gen(function* () {
  const { url } = yield* Embedded.Embedded
  const server = new URL(Redacted.value(url))
  const ours = (limits: Limits.Limits) =>
    Effect.map(run({ url, workload: workloads[0]!, limits, seconds }), (measured) => {
      for (const what of measured.wrong) console.error(`  WR2: ${what}`)
      return measured
    })
  const colyseus = "Colyseus, 100 clients in a room"
  const sides: ReadonlyArray<readonly [string, Effect.Effect<Figure, unknown, any>]> = [
    ["WR2", ours(Limits.defaults)],
    ["one transaction per Action", ours(naive)],
    ...peers.map(({ name }) => [name, inDatabase(server, (own) => peer(name, own))] as const),
    ["WR2, 100 clients in a room", fanOut({ url, clients: 100, seconds })],
    [colyseus, peer("Colyseus", server.href)]
  ]
  const figures = new Map<string, Array<Figure>>()
  const wanted = sides.filter(([name]) => values.only === undefined || name.includes(values.only))
  console.log(`${machine}; ${runs} runs of ${seconds} s each, in turn`)
  for (let i = 0; i < runs; i++) {
    for (const [name, measured] of wanted) {
      const figure = yield* measured as Effect.Effect<Figure, unknown, never>
      figures.set(name, [...(figures.get(name) ?? []), figure])
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${i + 1}/${runs} ${name}`)
    }
  }
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K")
  const of = (name: string) => median((figures.get(name) ?? []).map((each) => each.perSecond))
  const results = [...figures].map(([name, all]) => ({
    name,
    value: Math.round(of(name)),
    unit: name.includes("in a room") ? "deliveries/s" : "Actions/s",
    runs: all.map(({ perSecond }) => Math.round(perSecond)),
    p50: median(all.map(({ p50 }) => p50 ?? Number.NaN)),
    p99: median(all.map(({ p99 }) => p99 ?? Number.NaN))
  }))
  const floors = [...peers, { name: "one transaction per Action", floor: naiveFloor }]
  const ratios = floors
    .filter(({ name }) => figures.has(name) && figures.has("WR2"))
    .map(({ floor, name }) => {
      const target = name === "one transaction per Action" ? 20 : 10
      const value = of("WR2") / of(name)
      const isVoid = of(name) < 0.8 * floor
      return { name: `WR2 / ${name}`, value, target, met: !isVoid && value >= target, void: isVoid }
    })
  if (figures.has(colyseus) && figures.has("WR2, 100 clients in a room")) {
    const value = of("WR2, 100 clients in a room") / of(colyseus)
    const name = "fan-out: WR2 / Colyseus"
    ratios.push({ name, value, target: 1, met: value >= 1, void: false })
  }
  for (const { name, p50, p99, runs: all, unit, value } of results) {
    const spread = `${Math.min(...all)} to ${Math.max(...all)}`
    console.log(
      `${name.padEnd(28)} ${String(value).padStart(7)} ${unit.padEnd(12)} (${spread})  p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms`
    )
  }
  for (const { met, name, target, value, void: isVoid } of ratios) {
    const verdict = isVoid ? "void: it ran below 0.8 of what it can" : met ? "met" : "not met"
    console.log(`${name.padEnd(44)} ${value.toFixed(1).padStart(6)}  target ${target}: ${verdict}`)
  }
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ machine, results, ratios }, null, 2)}\n`)
})

const server = Embedded.layer({ dir: join(import.meta.dirname, "../../.wr2/bench") })
const client = Layer.unwrap(
  Effect.map(Embedded.Embedded, ({ url }) => PgClient.layer({ url, maxConnections: 2 }))
)
await Effect.runPromise(
  program.pipe(
    Effect.provide(client.pipe(Layer.provideMerge(server), Layer.provideMerge(NodeServices.layer))),
    Effect.provideService(References.MinimumLogLevel, "Warn"),
    Effect.scoped
  )
)
process.exit(0)
