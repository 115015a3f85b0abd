/** `wr2 migrate`: brings a database up to date, and says what was done. */
import { Postgres } from "@wr2/postgres"
import { Console, Effect } from "effect"
import * as Config from "../Config.ts"
import { Problem } from "../Problem.ts"
import * as Roles from "../Roles.ts"

/** Migrates and ends. Safe beside others that do the same. */
export const migrate = Effect.gen(function* () {
  const { database } = yield* Config.load
  if (database === undefined) {
    return yield* new Problem({ message: "DATABASE_URL is not set: which database?" })
  }
  const applied = yield* Roles.migrate().pipe(
    Effect.provide(Postgres.client({ url: database, runner: "migrate", maxConnections: 2 }))
  )
  yield* Console.log(applied.length === 0 ? "up to date" : `applied: ${applied.join(", ")}`)
})
