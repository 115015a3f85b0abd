/** The transaction of an audit, which keeps the server from cleaning up after others, is short however long the log is. */
import { PgConnection } from "@effect/sql-pg"
import { assert, layer } from "@effect/vitest"
import type { Game } from "@wr2/core"
import { prepare } from "@wr2/engine/GameDef"
import { Database } from "@wr2/postgres"
import * as Auditing from "@wr2/postgres/Auditing"
import * as Lanes from "@wr2/postgres/Lanes"
import { game } from "@wr2/testkit/SmallWorld"
import { Effect, Layer } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { number, world } from "./audited.ts"

/** Audits instance 1: how many statements it takes in its transaction, and outside of it. */
const counted = Effect.gen(function* () {
  const count = { within: 0, without: 0 }
  let open = false
  const dial: typeof PgConnection.make = (config) =>
    Effect.map(
      PgConnection.make(config),
      (connection) =>
        new Proxy(connection, {
          get: (target, name) => {
            const own = Reflect.get(target, name) as unknown
            if (name !== "queryValues") return typeof own === "function" ? own.bind(target) : own
            return (text: string, params: never) => {
              if (text === "ROLLBACK") open = false
              count[open ? "within" : "without"]++
              if (text.startsWith("BEGIN")) open = true
              return target.queryValues(text, params)
            }
          }
        })
    )
  const { actions, findings } = yield* Effect.gen(function* () {
    const { findings, instances } = yield* Auditing.audit(yield* Database, {
      definition: prepare(game as Game.Any),
      instances: [1],
      pause: 0,
      page: 50,
      progress: () => Effect.void
    })
    return { findings, actions: instances[0]!.actions }
  }).pipe(
    Effect.provide(Layer.fresh(Database.layer).pipe(Layer.provide(Layer.succeed(Lanes.Dial, dial))))
  )
  assert.deepStrictEqual(findings, [])
  return { ...count, actions }
})

layer(world, { excludeTestServices: true, timeout: 120_000 })("wr2 audit", (it) => {
  it.effect("has no longer a transaction for a longer log", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const short = yield* counted
      const last = yield* number(
        "SELECT max(accept_no)::float8 AS n FROM (SELECT accept_no FROM wr2.action_log WHERE instance_id = 1 UNION ALL SELECT accept_no FROM wr2.action_queue WHERE instance_id = 1) AS a"
      )
      yield* sql.unsafe(
        `INSERT INTO wr2.action_log (instance_id, accept_no, action_type, version, payload, idempotency_key, seed, priority, run_at, attempts, depth, now, content_hash, outcome, position, as_of)
        SELECT 1, n, 'Spawn', 1, '{}', 'long/' || n, 0, 0, now(), 0, 0, now(), '', 'done', 0, 1 FROM generate_series(${last} + 1, ${last} + 5000) AS n`
      )
      const long = yield* counted
      assert.strictEqual(long.actions, short.actions + 5_000)
      assert.strictEqual(long.within, short.within)
      assert.isAtLeast(long.without, short.without + 100)
    })
  )
})
