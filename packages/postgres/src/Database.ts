/**
 * The database as the ports of this package share it: connections of executors, connections for
 * everything else. Made from a PgClient's configuration, so that there is one place to say where
 * the database is.
 *
 * **Gotchas** Sessions keep settings and prepared statements: connect to the server itself, or to a
 * pooler in session mode.
 */
import { PgClient, type PgConnection } from "@effect/sql-pg"
import { StoreError } from "@wr2/engine/InstanceStore"
import { Limits } from "@wr2/engine/Limits"
import { Context, Effect, Layer } from "effect"
import { registry } from "./Codec.ts"
import * as Lanes from "./Lanes.ts"
import { Settings, type Timeouts } from "./Settings.ts"
import { StartError } from "./StartError.ts"
import * as Trouble from "./Trouble.ts"

/** The oldest server: transaction_timeout came with it. */
export const oldestServer = 17

/**
 * Always by the index, always the same plan: the statements are key look-ups for a few hundred rows,
 * and a plan made for a table that is small or unanalysed reads all of it, dead rows included.
 */
const byIndex = {
  plan_cache_mode: "force_generic_plan",
  enable_seqscan: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
  jit: "off"
}

/** A page of a log comes by its key, in order; a sort would read all that is behind it. */
const inOrder = { enable_sort: "off", enable_bitmapscan: "off", jit: "off" }

const parameters = (timeouts: Timeouts): Record<string, string> => ({
  search_path: "wr2, public",
  statement_timeout: `${timeouts.statement}`,
  lock_timeout: `${timeouts.lock}`,
  idle_in_transaction_session_timeout: `${timeouts.idle}`,
  transaction_timeout: `${timeouts.transaction}`
})

/** Lanes whose refusals are told. */
const watched = (lanes: Lanes.Lanes, troubles: Trouble.Troubles): Lanes.Lanes => ({
  use: (f) =>
    Effect.tapError(lanes.use(f), (error) =>
      error instanceof StoreError && error.reason === "Unusable"
        ? Trouble.tell(troubles, error.message)
        : Effect.void
    )
})

/** Fails unless the server is reachable and new enough. */
const checkServer = (client: PgClient.PgClient): Effect.Effect<void, StartError> =>
  client
    .unsafe<{ readonly version: string }>("SELECT current_setting('server_version_num') AS version")
    .pipe(
      Effect.mapError(
        ({ reason }) =>
          new StartError({
            reason: "Unreachable",
            message: `PostgreSQL cannot be used: ${reason.cause instanceof Error && reason.cause.message !== "" ? reason.cause.message : reason.message}`,
            differences: []
          })
      ),
      Effect.flatMap((rows) => {
        const version = Number(rows[0]?.version)
        return version >= oldestServer * 10_000
          ? Effect.void
          : Effect.fail(
              new StartError({
                reason: "TooOld",
                message: `WR2 needs PostgreSQL ${oldestServer} or newer, this is ${Math.floor(version / 10_000)}`,
                differences: []
              })
            )
      })
    )

export class Database extends Context.Service<
  Database,
  {
    /** One connection for each executor. */
    readonly executors: Lanes.Lanes
    /** For what is not a cycle, and may take its time: activation, founding, reading the log. */
    readonly control: Lanes.Lanes
    /**
     * For what is short and may not wait behind that: the heartbeat (late, and instances are taken
     * from this process), confirming an epoch, asking who blocks an activation.
     */
    readonly aside: Lanes.Lanes
  }
>()("wr2/postgres/Database") {
  static readonly layer: Layer.Layer<Database, StartError, PgClient.PgClient> = Layer.effect(
    Database,
    Effect.gen(function* () {
      const client = yield* PgClient.PgClient
      const limits = yield* Limits
      const settings = yield* Settings
      const troubles = yield* Trouble.Trouble
      yield* checkServer(client)
      yield* Trouble.watch(troubles)
      const lanes = (
        size: number,
        timeouts: Timeouts,
        also: Readonly<Record<string, string>>
      ): ReturnType<typeof Lanes.make> => {
        const config: PgConnection.Config = {
          ...client.config,
          multiplex: true,
          prepare: true,
          preparedStatementCacheSize: 500,
          types: registry,
          applicationName: `wr2:${settings.runner}`,
          startupParameters: {
            ...client.config.startupParameters,
            ...parameters(timeouts),
            ...also
          }
        }
        return Effect.map(
          Lanes.make({
            config,
            size,
            within: timeouts.transaction + settings.silence,
            reconnectFirst: settings.reconnectFirst,
            reconnectMax: settings.reconnectMax
          }),
          (made) => watched(made, troubles)
        )
      }
      return {
        executors: yield* lanes(limits.executors, settings.cycle, byIndex),
        control: yield* lanes(settings.controlConnections, settings.control, inOrder),
        aside: yield* lanes(settings.asideConnections, settings.cycle, { jit: "off" })
      }
    })
  )
}
