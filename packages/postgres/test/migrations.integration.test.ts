/** Databases brought up to date, by one process or by many at once. */
import { assert, layer } from "@effect/vitest"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { Counter, Purse, testGame } from "@wr2/testkit/TestGame"
import { Effect } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Migrations from "../src/Migrations.ts"
import * as Postgres from "../src/Postgres.ts"
import * as SchemaCheck from "../src/SchemaCheck.ts"
import { tableSql } from "../src/Tables.ts"

const game: ReadonlyArray<Migrations.Migration> = [
  { name: "counters", sql: tableSql(Counter) },
  {
    name: "purses",
    // Several statements, one that depends on the one before, a dollar-quoted body, no schema named.
    sql:
      tableSql(Purse) +
      `CREATE INDEX ON wr2.purse (instance_id, owner);
       CREATE FUNCTION note() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'it''s'; END $$;
       CREATE TABLE purse_note (instance_id bigint PRIMARY KEY, note text DEFAULT note());`
  }
]

const names = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(
    sql<{
      readonly name: string
    }>`SELECT name FROM wr2.game_migration ORDER BY migration_id`,
    (rows) => rows.map(({ name }) => name)
  )
)

/** Runs on a database that holds nothing yet. */
const onEmpty = <A, E>(f: Effect.Effect<A, E, SqlClient.SqlClient>) =>
  Effect.scoped(
    Effect.flatMap(PgFixture.emptyDatabase, ({ url }) =>
      Effect.provide(f, Postgres.client({ url, maxConnections: 8 }))
    )
  )

layer(PgFixture.layer(testGame), { excludeTestServices: true })("migrations", (it) => {
  it.effect("run once, in order, whoever starts first", () =>
    onEmpty(
      Effect.gen(function* () {
        const all = yield* Effect.all(
          Array.from({ length: 4 }, () => Migrations.run(game)),
          { concurrency: "unbounded" }
        )
        // One of them does the engine's, and maybe another the game's.
        assert.sameMembers(all.flat(), [
          ...Migrations.engine.map(({ name }) => name),
          "counters",
          "purses"
        ])
        assert.deepStrictEqual(yield* names, ["counters", "purses"])
        yield* SchemaCheck.check(testGame.aggregates)
        const sql = yield* SqlClient.SqlClient
        yield* sql`INSERT INTO wr2.purse_note (instance_id) VALUES (1)`
        assert.deepStrictEqual(yield* sql`SELECT note FROM wr2.purse_note`, [{ note: "it's" }])
      })
    )
  )

  it.effect("go on where they were", () =>
    onEmpty(
      Effect.gen(function* () {
        yield* Migrations.run(game.slice(0, 1))
        const missing = yield* Effect.flip(SchemaCheck.check(testGame.aggregates))
        assert.strictEqual(missing.reason, "Schema")
        assert.include(missing.message, "table wr2.purse is missing")
        assert.deepStrictEqual(yield* Migrations.run(game), ["purses"])
        assert.deepStrictEqual(yield* Migrations.run(game), [])
      })
    )
  )

  it.effect("that fail leave nothing behind, and say why", () =>
    onEmpty(
      Effect.gen(function* () {
        const broken = [...game, { name: "broken", sql: "CREATE TABLE a (b int); SELECT 1/0" }]
        const error = yield* Effect.flip(Migrations.run(broken))
        assert.strictEqual(error.reason, "Migration")
        assert.include(error.message, "broken")
        assert.include(error.message, "division by zero")
        assert.deepStrictEqual(yield* names, [])
        assert.deepStrictEqual(yield* Migrations.run(game), ["counters", "purses"])
      })
    )
  )

  it.effect("of another history are refused", () =>
    onEmpty(
      Effect.gen(function* () {
        yield* Migrations.run(game)
        const renamed = yield* Effect.flip(Migrations.run([game[1]!, game[0]!]))
        assert.include(renamed.message, "never renamed or reordered")
        const older = yield* Effect.flip(Migrations.run(game.slice(0, 1)))
        assert.include(older.message, "older than the database")
      })
    )
  )
})

layer(PgFixture.layer(testGame), { excludeTestServices: true })("the schema check", (it) => {
  it.effect("finds a column that was changed by hand", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* SchemaCheck.check(testGame.aggregates)
      yield* sql`ALTER TABLE wr2.purse ALTER COLUMN gold TYPE integer`
      const error = yield* Effect.flip(SchemaCheck.check(testGame.aggregates))
      assert.deepStrictEqual(
        error.differences.map(({ what }) => what),
        ["purse.gold is integer, not bigint"]
      )
      for (const { mend } of error.differences) yield* sql.unsafe(mend)
      yield* SchemaCheck.check(testGame.aggregates)
    })
  )
})
