/**
 * Whether this process lives, and whether it can serve now. `/healthz` answers as long as the process
 * does; restarting it would not mend a database that is away. `/readyz` says what is missing: a load
 * balancer sends nobody here until nothing is.
 */
import { ClusterConfig, InstanceActor } from "@wr2/cluster"
import { Migrations, Trouble } from "@wr2/postgres"
import { Effect, type Layer } from "effect"
import { RunnerStorage } from "effect/cluster/RunnerStorage"
import { Sharding } from "effect/cluster/Sharding"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { SqlClient } from "effect/sql/SqlClient"

/** Milliseconds that one check may take. */
const within = 2_000

/** One answer serves all who ask within this: to ask often costs the database nothing. */
const answeredFor = 250

/** What has to be true of a process that serves. */
export type Checks = Readonly<Record<string, Effect.Effect<boolean>>>

const holds = (check: Effect.Effect<boolean, unknown>): Effect.Effect<boolean> =>
  check.pipe(
    Effect.timeout(within),
    Effect.catchCause(() => Effect.succeed(false)),
    Effect.withTracerEnabled(false)
  )

/** The checks of a role. */
export const checks = (
  role: "all" | "gateway" | "runner"
): Effect.Effect<Checks, never, SqlClient | Sharding | RunnerStorage> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const storage = yield* RunnerStorage
    const troubles = yield* Trouble.Trouble
    const { shards } = yield* ClusterConfig.ClusterConfig
    const placed = InstanceActor.placed(yield* Sharding, shards)
    return {
      database: holds(Effect.as(sql`SELECT 1`, true)),
      // A newer program may have migrated further; what is missing is the trouble.
      schema: holds(
        Effect.map(
          sql<{
            readonly last: number
          }>`SELECT max(migration_id) AS last FROM wr2.engine_migration`,
          (rows) => Number(rows[0]?.last) >= Migrations.engine.length
        )
      ),
      // Nothing lately that the database refuses whatever is asked: rights, tables, a standby.
      statements: Effect.sync(() => troubles.present.length === 0),
      runner: holds(
        role === "gateway"
          ? Effect.map(storage.getRunners, (runners) => runners.some(([, healthy]) => healthy))
          : Effect.sync(placed)
      )
    }
  })

/** The routes. */
export const layer = (checks: Checks): Layer.Layer<never, never, HttpRouter.HttpRouter> =>
  HttpRouter.use(
    Effect.fn(function* (router) {
      const answer = yield* Effect.cachedWithTTL(
        Effect.all(checks, { concurrency: "unbounded" }),
        answeredFor
      )
      yield* router.add("GET", "/healthz", HttpServerResponse.text("ok\n"))
      yield* router.add(
        "GET",
        "/readyz",
        Effect.gen(function* () {
          const found = yield* answer
          const ready = Object.values(found).every((is) => is)
          return HttpServerResponse.jsonUnsafe({ ready, ...found }, { status: ready ? 200 : 503 })
        })
      )
    })
  )
