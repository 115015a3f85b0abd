/**
 * All ports on one PostgreSQL database, in one layer.
 *
 *     Engine.layer(game).pipe(Layer.provide(Postgres.layer({ url, game, migrations, runner: "a" })))
 */
import { PgClient } from "@effect/sql-pg"
import type { Accounts } from "@wr2/engine/Accounts"
import type { ActionQueue } from "@wr2/engine/ActionQueue"
import type { ConsumerOffsets } from "@wr2/engine/ConsumerOffsets"
import type { EventLog } from "@wr2/engine/EventLog"
import type { InstanceStore } from "@wr2/engine/InstanceStore"
import { Effect, Layer, type Redacted } from "effect"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { Database } from "./Database.ts"
import * as Migrations from "./Migrations.ts"
import * as PgAccounts from "./PgAccounts.ts"
import * as PgActionQueue from "./PgActionQueue.ts"
import * as PgConsumerOffsets from "./PgConsumerOffsets.ts"
import * as PgEventLog from "./PgEventLog.ts"
import * as PgInstanceStore from "./PgInstanceStore.ts"
import * as SchemaCheck from "./SchemaCheck.ts"
import { Settings } from "./Settings.ts"
import type { StartError } from "./StartError.ts"

/** The ports. */
export type Ports = InstanceStore | ActionQueue | EventLog | Accounts | ConsumerOffsets

/**
 * The ports for a game, from a PgClient. Checks the server's version and the game's tables.
 *
 * **When to use** Where a PgClient is there already (the cluster's storage needs one); else
 * {@link layer}.
 */
export const layerPorts = (
  game: PgInstanceStore.Game
): Layer.Layer<Ports, StartError, PgClient.PgClient | SqlClient.SqlClient> =>
  // Fresh, and memoized as a whole: two databases in one process share nothing, and whoever uses this
  // very layer twice has one set of connections.
  Layer.suspend(() =>
    Layer.fresh(
      Layer.mergeAll(
        PgInstanceStore.layer(game),
        PgActionQueue.layer,
        PgEventLog.layer,
        PgAccounts.layer,
        PgConsumerOffsets.layer
      ).pipe(
        Layer.provide(Layer.effectDiscard(SchemaCheck.check(game.aggregates))),
        Layer.provide(Database.layer)
      )
    )
  )

/** A PgClient whose sessions are known by the runner's name. */
export const client = (options: {
  readonly url: Redacted.Redacted
  readonly runner?: string
  readonly maxConnections?: number
}): Layer.Layer<PgClient.PgClient | SqlClient.SqlClient, SqlError> =>
  PgClient.layer({
    url: options.url,
    applicationName: `wr2:${options.runner ?? "local"}`,
    ...(options.maxConnections === undefined ? {} : { maxConnections: options.maxConnections })
  })

/**
 * The ports and the PgClient they are made from, from a URL. With `migrations` (the game's own; the
 * engine's come before them) the database is brought up to date first.
 */
export const layer = (options: {
  readonly url: Redacted.Redacted
  readonly game: PgInstanceStore.Game
  /** Undefined: nothing is migrated; the schema is only checked. */
  readonly migrations?: ReadonlyArray<Migrations.Migration>
  /** Names this process among the database's sessions. */
  readonly runner?: string
  /** Connections of the PgClient, which is the cluster's and migrations'. */
  readonly maxConnections?: number
}): Layer.Layer<Ports | PgClient.PgClient | SqlClient.SqlClient, StartError | SqlError> => {
  const { migrations } = options
  const ports =
    migrations === undefined
      ? layerPorts(options.game)
      : Layer.unwrap(Effect.as(Migrations.run(migrations), layerPorts(options.game)))
  const named =
    options.runner === undefined
      ? ports
      : ports.pipe(
          Layer.provide(
            Layer.effect(
              Settings,
              Effect.map(Settings, (settings) => ({ ...settings, runner: options.runner! }))
            )
          )
        )
  return Layer.provideMerge(named, client(options))
}
