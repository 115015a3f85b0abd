/**
 * `npm run bench:audit`: what `wr2 audit` costs the world that it looks at. Players on websockets, on an
 * instance with a long history; in turn with an audit running beside them and without, medians and ratios.
 *
 *     npm run bench:audit
 *     npm run bench:audit -- --events 300000 --runs 6 --seconds 10 --json FILE
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { NodeServices } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import * as Embedded from "@wr2/postgres/Embedded"
import * as Harness from "@wr2/testkit/Harness"
import { Effect, Fiber, Layer, Redacted, References } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { join as enter, register } from "../../test/e2e/players.ts"
import { machine, median, percentile } from "./Figures.ts"
import type { Player } from "./Served.ts"

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "200000" },
    runs: { type: "string", default: "6" },
    seconds: { type: "string", default: "8" },
    json: { type: "string" }
  }
})
const events = Math.max(1_000, Number(values.events))
const runs = Math.max(1, Number(values.runs))
const millis = Math.max(1, Number(values.seconds)) * 1_000
const clients = 10

/** Nobody is told to wait: it is the world that is measured. */
const env = {
  WR2_LOG_LEVEL: "Warn",
  WR2_GATEWAY_LIMITS: JSON.stringify({ commands: { burst: 100_000, everyMillis: 1 } })
}

/** A world with players who have played a little; then what one said is made to have been said very often. */
const grown = Effect.fnUntraced(function* (database: string) {
  yield* Effect.gen(function* () {
    const server = yield* Harness.serve({ role: "all", database, env, within: 120_000 })
    yield* register(server.url, clients)
    for (let i = 0; i < clients; i++) {
      const { client } = yield* enter(server.url, i)
      yield* client.submit("say So it is.")
    }
    yield* server.stop()
  }).pipe(Effect.scoped)
  yield* Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const columns = `version, actor_type, actor_id, command_id`
    const action = `${columns}, action_type, payload, cause, seed, priority, run_at, attempts, depth, now, id_base,
      content_hash, rule, outcome, reason, position`
    const event = `${columns}, event_type, payload, streams, created_at`
    const [last] = yield* sql<{
      readonly instance: number
      readonly seq: number
      readonly no: number
    }>`
      SELECT s.instance_id::float8 AS instance, (SELECT max(e.seq) FROM wr2.event_log AS e
          WHERE e.instance_id = s.instance_id)::float8 AS seq, (SELECT max(a.accept_no) FROM (
          SELECT l.instance_id, l.accept_no FROM wr2.action_log AS l UNION ALL
          SELECT q.instance_id, q.accept_no FROM wr2.action_queue AS q) AS a
          WHERE a.instance_id = s.instance_id)::float8 AS no
      FROM wr2.event_log AS s WHERE s.event_type = 'Said' LIMIT 1`
    const { instance, no, seq } = last!
    const said = `(SELECT e.seq FROM wr2.event_log AS e WHERE e.instance_id = ${instance} AND e.event_type = 'Said' LIMIT 1)`
    yield* sql.unsafe(`
      INSERT INTO wr2.action_log (instance_id, accept_no, idempotency_key, first_seq, as_of, ${action})
      SELECT instance_id, ${no} + n, 'grown/' || n, ${seq} + n, ${seq} + n - 1, ${action}
      FROM generate_series(1, ${events}) AS n,
        (SELECT * FROM wr2.action_log AS l WHERE l.instance_id = ${instance} AND l.first_seq = ${said}) AS one`)
    yield* sql.unsafe(`
      INSERT INTO wr2.event_log (instance_id, seq, action_id, ${event})
      SELECT instance_id, ${seq} + n, ${no} + n, ${event} FROM generate_series(1, ${events}) AS n,
        (SELECT * FROM wr2.event_log AS l WHERE l.instance_id = ${instance} AND l.seq = ${said}) AS one`)
    yield* sql.unsafe("VACUUM ANALYZE")
  }).pipe(Effect.provide(PgClient.layer({ url: Redacted.make(database), maxConnections: 1 })))
})

/** Everybody speaks: again as soon as that was answered, or so often a second. */
const talking = Effect.fnUntraced(function* (players: ReadonlyArray<Player>, pause: number) {
  const took: Array<number> = []
  const began = performance.now()
  yield* Effect.forEach(
    players,
    ({ client }, i) =>
      Effect.gen(function* () {
        yield* Effect.sleep((i * pause) / players.length)
        while (performance.now() - began < millis) {
          const at = performance.now()
          yield* client.submit("say So it is.")
          took.push(performance.now() - at)
          yield* Effect.sleep(Math.max(0, pause - (performance.now() - at)))
        }
      }),
    { concurrency: "unbounded", discard: true }
  )
  return {
    p50: percentile(took, 0.5),
    p99: percentile(took, 0.99),
    perSecond: (took.length / (performance.now() - began)) * 1_000
  }
})
type Talk = Effect.Success<ReturnType<typeof talking>>

/** An audit after the other; each must find nothing. */
const auditing = (database: string) =>
  Effect.gen(function* () {
    const audit = yield* Harness.start({
      name: "audit",
      script: Harness.wr2,
      args: ["audit"],
      env: { DATABASE_URL: database, WR2_LOG_LEVEL: "Warn" }
    })
    const { code } = yield* audit.ended
    if (code !== 0) throw new Error(`the audit ended with ${code}: ${audit.output()}`)
  }).pipe(Effect.scoped)

/** Measures while it is audited: from when the first one has begun to read. */
const audited = Effect.fnUntraced(function* <A, E, R>(
  database: string,
  work: Effect.Effect<A, E, R>
) {
  const fiber = yield* Effect.forkChild(Effect.forever(auditing(database)))
  const sql = yield* SqlClient.SqlClient
  yield* Harness.waitUntil(
    "the audit reads",
    Effect.map(
      sql`SELECT 1 FROM pg_stat_activity WHERE application_name = 'wr2:operator' AND query LIKE '%FROM wr2.event_log%'`,
      ({ length }) => length > 0
    ),
    { within: 120_000 }
  )
  const result = yield* work
  yield* Fiber.interrupt(fiber)
  return result
})

const kinds = [
  { name: `${clients} players, twice a second each`, pause: 500 },
  { name: `${clients} players, as fast as they are answered`, pause: 0 }
]

const measured = Effect.fnUntraced(function* (database: string) {
  yield* grown(database)
  const server = yield* Harness.serve({ role: "all", database, env, within: 120_000 })
  const players = yield* Effect.forEach(Array.from({ length: clients }), (_, i) =>
    enter(server.url, i)
  )
  for (let i = 0; i < 3; i++) yield* talking(players, 0)
  const results: Array<Record<string, unknown>> = []
  for (const { name, pause } of kinds) {
    const sides: Record<"alone" | "beside", Array<Talk>> = { alone: [], beside: [] }
    for (let i = 0; i < runs; i++) {
      // Which comes first changes: a process that has run for longer is faster.
      for (const side of i % 2 === 0
        ? (["alone", "beside"] as const)
        : (["beside", "alone"] as const)) {
        const talk = talking(players, pause)
        sides[side].push(yield* side === "alone" ? talk : audited(database, talk))
      }
    }
    const of = (side: ReadonlyArray<Talk>, what: keyof Talk) => median(side.map((one) => one[what]))
    const told = (side: ReadonlyArray<Talk>) =>
      `${of(side, "perSecond").toFixed(0)} answers/s, p50 ${of(side, "p50").toFixed(1)} ms, p99 ${of(side, "p99").toFixed(1)} ms`
    const ratio = (what: keyof Talk) => of(sides.beside, what) / of(sides.alone, what)
    console.log(
      `${name}\n  alone           ${told(sides.alone)}\n  beside an audit ${told(sides.beside)}`
    )
    console.log(
      `  ratio           ${ratio("perSecond").toFixed(2)}, ${ratio("p50").toFixed(2)}, ${ratio("p99").toFixed(2)}`
    )
    results.push({ name, ...sides })
  }
  const began = performance.now()
  yield* auditing(database)
  const seconds = (performance.now() - began) / 1_000
  console.log(`an audit of ${events} Events and Actions takes ${seconds.toFixed(0)} s`)
  yield* server.stop()
  return { machine, events, results, seconds }
}, Effect.scoped)

const program = Effect.gen(function* () {
  const { url } = yield* Embedded.Embedded
  const sql = yield* SqlClient.SqlClient
  console.log(machine)
  const name = `bench_audit_${process.pid}`
  yield* sql.unsafe(`CREATE DATABASE ${name}`)
  const database = new URL(Redacted.value(url))
  database.pathname = `/${name}`
  const result = yield* measured(database.href).pipe(
    Effect.ensuring(Effect.orDie(sql.unsafe(`DROP DATABASE ${name} WITH (FORCE)`)))
  )
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`)
})

const server = Embedded.layer({ dir: join(import.meta.dirname, "../../.wr2/bench-audit") })
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
