/**
 * Brings a database up to date: the engine's tables, then the game's own migrations, each in one
 * transaction under an exclusive lock, so that any number of processes may start at once.
 */
import { Effect } from "effect"
import * as Migrator from "effect/sql/Migrator"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Engine from "./migrations/0001_engine.ts"
import * as GatewaySecret from "./migrations/0002_gateway_secret.ts"
import * as LogVolumes from "./migrations/0004_log_volumes.ts"
import * as History from "./migrations/0005_history.ts"
import * as DeadLetters from "./migrations/0006_dead_letters.ts"
import * as Consumers from "./migrations/0007_consumers.ts"
import * as Arrivals from "./migrations/0008_arrivals.ts"
import * as Forgotten from "./migrations/0009_forgotten.ts"
import * as AtOnce from "./migrations/0010_at_once.ts"
import * as KnownConsumers from "./migrations/0011_known_consumers.ts"
import { StartError } from "./StartError.ts"

/**
 * One step of a database's history: any number of SQL statements, in a transaction. Unqualified
 * names are of schema wr2.
 *
 * **Gotchas** What has been released is never edited, renamed or reordered: add another. What cannot
 * run in a transaction (CREATE INDEX CONCURRENTLY) is an operator's work.
 */
export interface Migration {
  readonly name: string
  readonly sql: string
}

/** The engine's own migrations, in order. */
export const engine: ReadonlyArray<Migration> = [
  { name: "engine", sql: Engine.sql },
  { name: "gateway_secret", sql: GatewaySecret.sql },
  { name: "history", sql: History.sql },
  { name: "dead_letters", sql: DeadLetters.sql },
  { name: "log_volumes", sql: LogVolumes.sql },
  { name: "consumers", sql: Consumers.sql },
  { name: "arrivals", sql: Arrivals.sql },
  { name: "forgotten", sql: Forgotten.sql },
  { name: "at_once", sql: AtOnce.sql },
  { name: "known_consumers", sql: KnownConsumers.sql }
]

const messageOf = (error: { readonly message: string; readonly cause?: unknown }): string => {
  const deeper = error.cause as { readonly message?: unknown; readonly cause?: unknown } | undefined
  return typeof deeper?.message === "string"
    ? `${error.message}: ${messageOf(deeper as { message: string; cause?: unknown })}`
    : error.message
}
const refused = (error: { readonly message: string; readonly cause?: unknown }): StartError =>
  new StartError({ reason: "Migration", message: messageOf(error), differences: [] })

/** The driver sends one statement at a time; EXECUTE takes any number. */
const script = (sql: string): string => {
  let tag = "wr2"
  while (sql.includes(`$${tag}$`)) tag += "x"
  return `DO $${tag}_do$ BEGIN
PERFORM set_config('search_path', 'wr2, public', true);
EXECUTE $${tag}$${sql}$${tag}$;
END $${tag}_do$`
}

/** Concurrent starters would otherwise race to create it. */
const createSchema = (sql: SqlClient.SqlClient): Effect.Effect<void, SqlError> =>
  sql
    .withTransaction(
      Effect.andThen(
        sql`SELECT pg_advisory_xact_lock(hashtext('wr2.migrations'))`,
        sql`CREATE SCHEMA IF NOT EXISTS wr2`
      )
    )
    .pipe(Effect.asVoid)

/** What was applied under a name must be what this program has under that number. */
const sameHistory = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  table: string,
  migrations: ReadonlyArray<Migration>
) {
  const applied = yield* sql
    .unsafe<{ readonly migration_id: number; readonly name: string }>(
      `SELECT migration_id, name FROM ${table} ORDER BY migration_id`
    )
    .pipe(Effect.mapError(refused))
  for (const { migration_id, name } of applied) {
    const ours = migrations[migration_id - 1]?.name
    if (ours === name) continue
    return yield* new StartError({
      reason: "Migration",
      message:
        ours === undefined
          ? `the database has migration ${migration_id} "${name}" (${table}), which this program does not know: it is older than the database`
          : `the database has migration ${migration_id} "${name}" (${table}), which is "${ours}" in this program: released migrations are never renamed or reordered`,
      differences: []
    })
  }
})

/** Brings one table of steps up to date. By itself only for a database as an older version left it: tests. */
export const apply = Effect.fnUntraced(function* (
  table: string,
  migrations: ReadonlyArray<Migration>
): Effect.fn.Return<ReadonlyArray<string>, StartError, SqlClient.SqlClient> {
  const sql = yield* SqlClient.SqlClient
  yield* createSchema(sql).pipe(
    Effect.mapError(
      (error) =>
        new StartError({ reason: "Unreachable", message: messageOf(error), differences: [] })
    )
  )
  const loader: Migrator.Loader = Effect.succeed(
    migrations.map(
      (migration, i) =>
        [i + 1, migration.name, Effect.succeed(sql.unsafe(script(migration.sql)))] as const
    )
  )
  const done = yield* Migrator.make({})({ loader, table }).pipe(Effect.mapError(refused))
  yield* sameHistory(sql, table, migrations)
  return done.map(([, name]) => name)
})

/**
 * Runs what has not run: the engine's migrations, then the game's. Answers the names of those.
 *
 * @example
 * yield* Migrations.run([{ name: "bank", sql: tableSql(Purse) }])
 */
export const run = Effect.fn("wr2.migrate")(function* (
  game: ReadonlyArray<Migration>
): Effect.fn.Return<ReadonlyArray<string>, StartError, SqlClient.SqlClient> {
  const first = yield* apply("wr2.engine_migration", engine)
  const second = yield* apply("wr2.game_migration", game)
  return [...first, ...second]
})
