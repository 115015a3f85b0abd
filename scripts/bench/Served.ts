/** A server in a process of its own, on a database of its own, with players inside. */
import * as Harness from "@wr2/testkit/Harness"
import { Effect, Redacted } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { join, register } from "../../test/e2e/players.ts"

export type Player = Effect.Success<ReturnType<typeof join>>

/** Does `body` with so many clients, all in the room where characters begin. */
export const withPlayers = Effect.fnUntraced(function* <A, E, R>(
  options: { readonly url: Redacted.Redacted; readonly clients: number },
  body: (players: ReadonlyArray<Player>) => Effect.Effect<A, E, R>
) {
  const sql = yield* SqlClient.SqlClient
  const database = `bench_ws_${process.pid}_${Math.floor(performance.now())}`
  yield* sql.unsafe(`CREATE DATABASE ${database}`)
  const url = new URL(Redacted.value(options.url))
  url.pathname = `/${database}`
  const run = Effect.gen(function* () {
    const server = yield* Harness.serve({ role: "all", database: url.href })
    yield* register(server.url, options.clients)
    const players = yield* Effect.forEach(
      Array.from({ length: options.clients }, (_, i) => i),
      (i) => join(server.url, i),
      { concurrency: 4 }
    )
    const result = yield* body(players)
    yield* server.stop()
    return result
  }).pipe(Effect.scoped)
  return yield* run.pipe(
    Effect.ensuring(Effect.orDie(sql.unsafe(`DROP DATABASE ${database} WITH (FORCE)`)))
  )
})
