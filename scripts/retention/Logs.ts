/** The logs to be measured, in a database of their own: plain tables as they once were, or volumes. */
import { PgConnection } from "@effect/sql-pg"
import * as Migrations from "@wr2/postgres/Migrations"
import { Effect, Redacted } from "effect"

/** How history goes: rows deleted in chunks from plain tables, volumes dropped. */
export const kinds = ["deletes", "volumes"] as const
export type Kind = (typeof kinds)[number]

/** Instances among which the rows are spread. */
export const instances = 20
/** Parts of equal size: as many volumes. */
export const parts = 12

/** A connection to the database, as long as the scope is open. */
export const connect = (url: URL) =>
  PgConnection.make({ url: Redacted.make(url.href), multiplex: true, applicationName: "retention" })

const script = (sql: string) => `DO $script$ BEGIN EXECUTE $text$${sql}$text$; END $script$`

/** A database with the tables, dropped with the scope. */
export const databases = Effect.fnUntraced(function* (server: URL, kind: Kind) {
  const name = `retention_${kind}`
  const admin = yield* connect(server)
  yield* admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  yield* Effect.acquireRelease(admin.query(`CREATE DATABASE ${name}`), () =>
    Effect.ignore(admin.query(`DROP DATABASE ${name} WITH (FORCE)`))
  )
  const url = new URL(server)
  url.pathname = `/${name}`
  const own = yield* connect(url)
  yield* own.query("CREATE SCHEMA wr2")
  for (const { name, sql } of Migrations.engine) {
    if (kind === "volumes" || name !== "log_volumes") yield* own.query(script(sql))
  }
  return url
}, Effect.orDie)

/** Rows of one part, of all instances; seqs go on from part to part. */
const part = (perInstance: number, n: number): ReadonlyArray<string> => {
  const range = `generate_series(1, ${instances}) AS i, generate_series(${n * perInstance + 1}, ${(n + 1) * perInstance}) AS s`
  return [
    `INSERT INTO wr2.event_log (instance_id, seq, event_type, version, payload, streams, created_at, action_id, command_id, actor_type, actor_id)
     SELECT i, s, 'Moved', 1, jsonb_build_object('_tag', 'Moved', 'who', s % 600, 'name', 'walker' || s % 600, 'from', s % 50, 'to', (s + 1) % 50, 'direction', 'north'),
       ARRAY['room:' || s % 50, 'room:' || (s + 1) % 50], now(), s, 'character:' || s % 600 || '#' || s, 'Character', s % 600 FROM ${range} ORDER BY s, i`,
    `INSERT INTO wr2.action_log (instance_id, accept_no, action_type, version, payload, actor_type, actor_id, command_id, idempotency_key, seed, priority, run_at, attempts, depth, now, content_hash, outcome, first_seq, position)
     SELECT i, s, 'Move', 1, jsonb_build_object('_tag', 'Move', 'who', s % 600, 'direction', 'north'), 'Character', s % 600, 'character:' || s % 600 || '#' || s,
       'character:' || s % 600 || '#' || s || '/0', s * 7919, 0, now(), 0, 0, now(), '0123456789abcdef', 'done', s, 0 FROM ${range} ORDER BY s, i`
  ]
}

/** Puts a volume behind what there is, as retention does. */
const turn = (number: number): ReadonlyArray<string> => [
  `SELECT wr2.make_volume('event_log', ${number}), wr2.make_volume('action_log', ${number})`,
  `UPDATE wr2.log_turn SET volume = ${number}`,
  `INSERT INTO wr2.log_span SELECT e.instance_id, ${number - 1}, min(e.seq), max(e.seq), max(e.seq), now() FROM wr2.event_log_${number - 1} AS e GROUP BY 1`
]

/** Fills the logs; the last part is the one that is being written. */
export const fill = Effect.fnUntraced(function* (url: URL, kind: Kind, rows: number) {
  const own = yield* connect(url)
  yield* own.query(
    `INSERT INTO wr2.instance_owner (instance_id, lineage) SELECT i, 'a' FROM generate_series(1, ${instances}) AS i`
  )
  for (let n = 0; n < parts; n++) {
    const turning = kind === "deletes" || n === 0 ? [] : turn(n + 1)
    const all = [...turning, ...part(Math.floor(rows / parts / instances), n)]
    yield* Effect.forEach(all, (text) => own.query(text))
  }
  yield* own.query("VACUUM ANALYZE wr2.event_log")
  yield* own.query("VACUUM ANALYZE wr2.action_log")
  yield* own.query("CHECKPOINT")
}, Effect.scoped)

/** MiB of both logs on the disk, with their keys. */
export const sizes = (url: URL) =>
  Effect.scoped(
    Effect.flatMap(connect(url), (own) =>
      own.query(
        `SELECT (sum(pg_total_relation_size(c.oid)) / 1048576)::int AS mib FROM pg_class AS c
         JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'wr2'
         WHERE c.relkind = 'r' AND c.relname ~ '^(event|action)_log'`
      )
    )
  ).pipe(Effect.map((found) => Number((found.rows[0] as { readonly mib: number }).mib)))
