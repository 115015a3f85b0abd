/**
 * The database of a world, for a command beside it: that of DATABASE_URL, or the one of `npm start`,
 * whether it runs at the moment or not.
 */
import * as Fs from "node:fs"
import { Migrations, Postgres } from "@wr2/postgres"
import * as Embedded from "@wr2/postgres/Embedded"
import { Effect, Layer } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Config from "./Config.ts"
import { Problem } from "./Problem.ts"

/** The database's URL. A server that this starts stops with the scope, unless somebody else uses it by then. */
const locate = Effect.gen(function* () {
  const { database, home } = yield* Config.load
  if (database !== undefined) return database
  if (!Fs.existsSync(home)) {
    return yield* new Problem({
      message: `there is no world in ${home}: set DATABASE_URL, or WR2_HOME to the folder of npm start`
    })
  }
  const server = yield* Embedded.acquire({ dir: home, stopTimeout: "5 seconds" })
  return server.url
})

/** A world's tables are there, and as this program knows them. */
const check = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [found] = yield* sql<{ readonly there: boolean }>`
    SELECT to_regclass('wr2.engine_migration') IS NOT NULL AS there`
  if (found?.there !== true)
    return yield* new Problem({ message: "there is no world in this database" })
  const [row] = yield* sql<{ readonly count: number }>`
    SELECT count(*)::int AS count FROM wr2.engine_migration`
  const known = Migrations.engine.length
  if (row!.count === known) return
  const message =
    row!.count < known
      ? "the database is older than this program: bring it up to date with wr2 migrate, or start the world once"
      : "the database is newer than this program: use the program that the world runs with"
  return yield* new Problem({ message })
})

/** A client of the world's database, checked. `wr2:` sessions may be ended by a runner that needs their locks. */
export const layer = Layer.unwrap(
  Effect.map(locate, (url) =>
    Layer.effectDiscard(check).pipe(
      Layer.provideMerge(Postgres.client({ url, runner: "operator", maxConnections: 2 }))
    )
  )
)
