/**
 * A database for tests: cloned from a template that was migrated once, so that it costs
 * milliseconds, and dropped when the scope closes.
 *
 *     layer(PgFixture.layer(testGame))("...", (it) => it.live("...", () => ...))
 *
 * **Details** Needs `globalSetup.ts` (this package) in the vitest project. A template is made for each
 * set of tables on its first use, by whichever file comes first.
 */
import { Hash } from "@wr2/core"
import type { Aggregate } from "@wr2/core"
import { Postgres, tableSql } from "@wr2/postgres"
import * as Migrations from "@wr2/postgres/Migrations"
import { Context, Effect, Layer, Redacted, Schema } from "effect"
import type { Scope } from "effect"
import * as SqlClient from "effect/sql/SqlClient"

/** The environment variable by which the global setup tells where the server is. */
export const variable = "WR2_TEST_POSTGRES"
/** How the databases of tests begin; the run's process follows. */
export const family = "wr2_test_"
/** The process of the run to which a database belongs. */
export const runOf = (name: string): number =>
  Number.parseInt(name.slice(family.length).split("_")[0]!, 10)

/** The fixture could not be made. */
export class FixtureError extends Schema.TaggedError<FixtureError>()("FixtureError", {
  message: Schema.String
}) {}

/** What a database is made for. */
export interface Game {
  readonly aggregates: ReadonlyArray<Aggregate.Any>
  /** The game's own migrations; without them its tables are made from its declarations. */
  readonly migrations?: ReadonlyArray<Migrations.Migration>
}

/** A database of one test file. */
export interface TestDatabase {
  readonly url: Redacted.Redacted
  readonly name: string
}

/** The database under the ports, for what a test does past them. */
export class Fixture extends Context.Service<Fixture, TestDatabase>()("wr2/testkit/PgFixture") {}

interface Run {
  readonly url: string
  readonly prefix: string
}

const run: Effect.Effect<Run, FixtureError> = Effect.suspend(() => {
  const told = process.env[variable]
  return told === undefined
    ? Effect.fail(
        new FixtureError({
          message:
            "no test database: run vitest with a project whose globalSetup is packages/testkit/src/globalSetup.ts"
        })
      )
    : Effect.succeed(JSON.parse(told) as Run)
})

/** The URL of another database of the same server. */
const databaseUrl = (url: string, name: string): Redacted.Redacted => {
  const other = new URL(url)
  other.pathname = `/${name}`
  return Redacted.make(other.href)
}

const failed = (what: string) => (error: { readonly message: string }) =>
  new FixtureError({ message: `${what}: ${error.message}` })

/** Runs statements on one database, in a client of their own that is closed afterwards. */
const on = <A, E extends { readonly message: string }>(
  url: Redacted.Redacted,
  what: string,
  f: Effect.Effect<A, E, SqlClient.SqlClient>
): Effect.Effect<A, FixtureError> =>
  f.pipe(
    Effect.provide(Postgres.client({ url, maxConnections: 1, runner: "testkit" })),
    Effect.mapError(failed(what))
  )

const statement = (text: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(text).unprepared)

const migrationsOf = (game: Game): ReadonlyArray<Migrations.Migration> =>
  game.migrations ?? [{ name: "tables", sql: game.aggregates.map(tableSql).join("\n") }]

/** The template of a game, made by the first who asks for it. */
const template = Effect.fnUntraced(function* ({ prefix, url }: Run, game: Game) {
  const migrations = migrationsOf(game)
  const text = JSON.stringify([Migrations.engine, migrations])
  const name = `${prefix}template_${Hash.hex(text).slice(0, 16)}`
  const make = Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const there = yield* sql`SELECT 1 FROM pg_database WHERE datname = ${name}`
    if (there.length > 0) return
    // Under a name of its own until it is whole: nobody clones half of it.
    yield* statement(`DROP DATABASE IF EXISTS ${name}_new`)
    yield* statement(`CREATE DATABASE ${name}_new TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`)
    yield* on(databaseUrl(url, `${name}_new`), "migrations", Migrations.run(migrations))
    yield* statement(`ALTER DATABASE ${name}_new RENAME TO ${name}`)
  })
  // Test files run in several processes: one makes it, the others wait.
  const locked = Effect.gen(function* () {
    yield* statement(`SELECT pg_advisory_lock(hashtext('${name}'))`)
    yield* make.pipe(Effect.ensuring(Effect.ignore(statement("SELECT pg_advisory_unlock_all()"))))
  })
  yield* on(Redacted.make(url), "the template database", locked)
  return name
})

let databases = 0

/** A database from a template, dropped with the scope. */
const cloned = Effect.fnUntraced(function* ({ prefix, url }: Run, from: string) {
  const name = `${prefix}${process.pid}_${++databases}`
  const server = Redacted.make(url)
  yield* Effect.acquireRelease(
    on(server, name, statement(`CREATE DATABASE ${name} TEMPLATE ${from}`)),
    () => Effect.ignore(on(server, name, statement(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)))
  )
  return { url: databaseUrl(url, name), name }
})

/** A database of its own, as long as the scope is open. For tests that start processes. */
export const database = (game: Game): Effect.Effect<TestDatabase, FixtureError, Scope.Scope> =>
  Effect.flatMap(run, (here) => Effect.flatMap(template(here, game), (from) => cloned(here, from)))

/** A database in which there is nothing, as long as the scope is open. */
export const emptyDatabase: Effect.Effect<TestDatabase, FixtureError, Scope.Scope> = Effect.flatMap(
  run,
  (here) => cloned(here, "template0")
)

/** The four ports, a PgClient and the fixture, on a database of their own. */
export const layer = (
  game: Game,
  options: { readonly runner?: string } = {}
): Layer.Layer<
  Fixture | Layer.Success<ReturnType<typeof Postgres.layer>>,
  FixtureError | Layer.Error<ReturnType<typeof Postgres.layer>>
> =>
  Layer.effect(Fixture, database(game)).pipe(
    Layer.flatMap((context) => {
      const fixture = Context.get(context, Fixture)
      return Layer.merge(
        Layer.succeed(Fixture, fixture),
        Postgres.layer({ url: fixture.url, game, runner: options.runner ?? "test" })
      )
    })
  )

/** Drops databases of tests. For the global setup. */
export const dropWhere = (
  url: Redacted.Redacted,
  which: (name: string) => boolean
): Effect.Effect<void, FixtureError> =>
  on(
    url,
    "databases of tests",
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const found = yield* sql<{
        readonly datname: string
      }>`SELECT datname FROM pg_database WHERE datname LIKE ${`${family}%`}`
      for (const { datname } of found) {
        if (which(datname)) yield* statement(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`)
      }
    })
  )
