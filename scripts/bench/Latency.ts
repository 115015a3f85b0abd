/** Keystroke to own Event at a websocket client, against a server in a process of its own. */
import * as Harness from "@wr2/testkit/Harness"
import { Effect, Redacted } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { join, register } from "../../test/e2e/players.ts"

export interface Latency {
  readonly clients: number
  readonly p50: number
  readonly p99: number
}

/**
 * Clients who each speak once a second, evenly spread; what is timed is from sending to having been
 * told one's own Event and the answer.
 */
export const measure = Effect.fn("bench.latency")(function* (options: {
  readonly url: Redacted.Redacted
  readonly clients: number
  readonly seconds: number
}) {
  const { clients, seconds } = options
  const sql = yield* SqlClient.SqlClient
  const database = `bench_ws_${process.pid}_${Math.floor(performance.now())}`
  yield* sql.unsafe(`CREATE DATABASE ${database}`)
  const url = new URL(Redacted.value(options.url))
  url.pathname = `/${database}`
  const run = Effect.gen(function* () {
    const server = yield* Harness.serve({ role: "all", database: url.href })
    yield* register(server.url, clients)
    const players = yield* Effect.forEach(
      Array.from({ length: clients }, (_, i) => i),
      (i) => join(server.url, i),
      { concurrency: 4 }
    )
    const latencies: Array<number> = []
    const until = performance.now() + seconds * 1_000
    const warm = performance.now() + 2_000
    yield* Effect.forEach(
      players,
      ({ client }, i) =>
        Effect.gen(function* () {
          yield* Effect.sleep((i * 1_000) / clients)
          while (performance.now() < until) {
            const began = performance.now()
            yield* client.submit("say So it is.")
            const took = performance.now() - began
            if (began > warm) latencies.push(took)
            yield* Effect.sleep(Math.max(0, 1_000 - took))
          }
        }),
      { concurrency: "unbounded", discard: true }
    )
    yield* server.stop()
    latencies.sort((a, b) => a - b)
    const at = (share: number) =>
      latencies[Math.floor((latencies.length - 1) * share)] ?? Number.NaN
    return { clients, p50: at(0.5), p99: at(0.99) } satisfies Latency
  }).pipe(Effect.scoped)
  return yield* run.pipe(
    Effect.ensuring(Effect.orDie(sql.unsafe(`DROP DATABASE ${database} WITH (FORCE)`)))
  )
})
