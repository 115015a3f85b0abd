/** What tests do past the ports: sessions of somebody else, and rows looked at or changed by hand. */
import { PgConnection } from "@effect/sql-pg"
import type { Aggregate } from "@wr2/core"
import type { Records } from "@wr2/engine"
import * as PgFixture from "@wr2/testkit/PgFixture"
import type { SnapshotRow, StoreTools } from "@wr2/testkit/PortSuites"
import { Effect } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { registry } from "../src/Codec.ts"
import { table } from "../src/Statement.ts"

/** A session that is not WR2's, as long as the scope is open. */
export const session = (applicationName = "psql") =>
  Effect.flatMap(PgFixture.Fixture, ({ url }) =>
    PgConnection.make({ url, applicationName, types: registry })
  )

/** What a session says that changes history all the same: triggers are not for it. */
export const mutable = "SET session_replication_role = replica"

/** Such a session in a transaction that has run this statement. */
export const holding = Effect.fnUntraced(function* (
  text: string,
  params: ReadonlyArray<unknown>,
  applicationName?: string
) {
  const connection = yield* session(applicationName)
  yield* connection.query("BEGIN")
  // The connection's own end would reach the server some time later.
  yield* Effect.addFinalizer(() => Effect.ignore(connection.query("ROLLBACK")))
  yield* connection.query(text, params)
  return connection
})

/** Rows of a statement. */
export const rows = <A extends object = Record<string, unknown>>(
  text: string,
  params: ReadonlyArray<unknown> = []
) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<A>(text, params))

/** Rows with numbers for numbers, times in milliseconds. */
const plain = (text: string, params: ReadonlyArray<unknown>) =>
  Effect.scoped(
    Effect.flatMap(session(), (connection) =>
      Effect.map(connection.query(text, params), (result) => result.rows)
    )
  )

const toAction = (row: any): Records.ActionRecord => ({
  no: row.accept_no,
  type: row.action_type,
  version: row.version,
  payload: row.payload,
  actor: row.actor_type === null ? null : { type: row.actor_type, id: row.actor_id },
  commandId: row.command_id,
  cause: row.cause,
  key: row.idempotency_key,
  seed: row.seed,
  priority: row.priority,
  runAt: row.run_at,
  attempts: row.attempts,
  depth: row.depth
})

const tableOf = (ref: Aggregate.Ref, part: "row" | "runtime") =>
  table(part === "row" ? ref.aggregate.table : ref.aggregate.runtime.table)

/** The tools of the port suites, on the fixture's database. */
export const tools: StoreTools<PgFixture.Fixture | SqlClient.SqlClient> = {
  live: true,
  now: Effect.map(plain("SELECT clock_timestamp() AS now", []), (found) => found[0]!.now as number),
  pass: (millis) => Effect.sleep(millis),
  holdRow: (instance, ref, part) =>
    holding(`SELECT id FROM ${tableOf(ref, part)} WHERE instance_id = $1 AND id = $2 FOR UPDATE`, [
      instance,
      ref.id
    ]),
  holdOwner: (instance) =>
    holding("SELECT epoch FROM wr2.instance_owner WHERE instance_id = $1 FOR UPDATE", [instance]),
  touchRow: (instance, ref) =>
    rows(`UPDATE ${tableOf(ref, "row")} SET version = version WHERE instance_id = $1 AND id = $2`, [
      instance,
      ref.id
    ]),
  editRuntime: (instance, ref, { cacheVersion, dirty }) =>
    rows(
      `UPDATE ${tableOf(ref, "runtime")} SET cache_dirty = $3, ` +
        "data = jsonb_set(data, '{_cache_version}', to_jsonb($4::int)) WHERE instance_id = $1 AND id = $2",
      [instance, ref.id, dirty, cacheVersion]
    ),
  dropEvents: (instance, through) =>
    Effect.scoped(
      Effect.gen(function* () {
        const other = yield* session()
        yield* other.query(mutable)
        yield* other.query("DELETE FROM wr2.event_log WHERE instance_id = $1 AND seq <= $2", [
          instance,
          through
        ])
      })
    ),
  actionLog: (instance) =>
    Effect.map(
      plain("SELECT * FROM wr2.action_log WHERE instance_id = $1 ORDER BY accept_no", [instance]),
      (found) =>
        found.map((row: any) => ({
          ...toAction(row),
          now: row.now,
          idBase: row.id_base,
          contentHash: row.content_hash,
          rule: row.rule,
          asOf: row.as_of,
          outcome: row.outcome,
          reason: row.reason,
          firstSeq: row.first_seq,
          position: row.position
        }))
    ),
  deadLetters: (instance) =>
    Effect.map(
      plain("SELECT * FROM wr2.dead_letter WHERE instance_id = $1 ORDER BY accept_no", [instance]),
      (found) =>
        found.map((row: any) => ({
          ...toAction(row),
          reference: row.reference,
          error: row.error,
          now: row.now,
          idBase: row.id_base,
          contentHash: row.content_hash,
          rule: row.rule,
          asOf: row.as_of,
          runner: row.runner,
          rows: row.rows,
          rowsLeftOut: Number(row.rows_left_out)
        }))
    ),
  snapshot: (instance) =>
    Effect.map(
      plain("SELECT rows FROM wr2.snapshot WHERE instance_id = $1 AND seq = 0 ORDER BY part", [
        instance
      ]),
      (parts) =>
        parts.length === 0
          ? undefined
          : parts.flatMap(({ rows }) => rows as ReadonlyArray<SnapshotRow>)
    )
}
