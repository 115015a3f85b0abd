/** Accounts on PostgreSQL. */
import type { PgClient } from "@effect/sql-pg"
import { Accounts, type CharacterEntry, NameTaken } from "@wr2/engine/Accounts"
import { Effect, Layer } from "effect"
import { Database } from "./Database.ts"
import * as Lanes from "./Lanes.ts"
import * as Query from "./queries/accounts.ts"
import type { StartError } from "./StartError.ts"

const toEntry = (row: ReadonlyArray<any>): CharacterEntry => ({
  id: row[0],
  name: row[1],
  account: row[2],
  instance: row[3],
  created: row[4]
})

/** The port, on the database of a PgClient. */
export const layer: Layer.Layer<Accounts, StartError, PgClient.PgClient> = Layer.effect(
  Accounts,
  Effect.map(Database, ({ control }) => ({
    register: ({ name, passwordHash }) =>
      Effect.flatMap(Lanes.one(control, Query.register(name, passwordHash)), (rows) =>
        rows.length === 0
          ? Effect.fail(new NameTaken({ name }))
          : Effect.succeed({ id: rows[0]![0] as number, name, passwordHash })
      ),
    find: (name) =>
      Effect.map(Lanes.one(control, Query.find(name)), (rows) =>
        rows.length === 0
          ? undefined
          : { id: rows[0]![0], name: rows[0]![1], passwordHash: rows[0]![2] }
      ),
    openSession: ({ account, expiresInMillis, tokenHash }) =>
      Effect.asVoid(Lanes.one(control, Query.openSession(tokenHash, account, expiresInMillis))),
    session: (tokenHash) =>
      Effect.map(Lanes.one(control, Query.session(tokenHash)), (rows) =>
        rows.length === 0 ? undefined : { account: rows[0]![0], name: rows[0]![1] }
      ),
    closeSession: (tokenHash) => Effect.asVoid(Lanes.one(control, Query.closeSession(tokenHash))),
    characters: (account) =>
      Effect.map(Lanes.one(control, Query.characters(account)), (rows) => rows.map(toEntry)),
    character: (id) =>
      Effect.map(Lanes.one(control, Query.character(id)), (rows) =>
        rows.length === 0 ? undefined : toEntry(rows[0]!)
      ),
    reserve: ({ account, instance, name }) =>
      Effect.flatMap(Lanes.one(control, Query.reserve(account, name, instance)), (rows) =>
        rows.length === 0
          ? Effect.fail(new NameTaken({ name }))
          : Effect.succeed({ id: rows[0]![0] as number, name, account, instance, created: false })
      ),
    created: (id) => Effect.asVoid(Lanes.one(control, Query.created(id))),
    unreserve: (id) => Effect.asVoid(Lanes.one(control, Query.unreserve(id))),
    moved: (id, instance) => Effect.asVoid(Lanes.one(control, Query.moved(id, instance)))
  }))
).pipe(Layer.provide(Database.layer))
