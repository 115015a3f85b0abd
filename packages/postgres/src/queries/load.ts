/** All that an owner begins with, read in one snapshot of the database. */
import type { Aggregate } from "@wr2/core"
import type { LoadedRow } from "@wr2/engine/InstanceStore"
import type { CursorRecord, OutboxRecord } from "@wr2/engine/Records"
import * as Codec from "../Codec.ts"
import { quoted, table, type Statement } from "../Statement.ts"
import { actionSelect } from "./actionColumns.ts"
import * as Volumes from "./volumes.ts"

/** One transaction sees one moment; it writes nothing and locks nothing. */
export const begin: Statement = {
  text: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
  params: []
}

/** The newest of instance $1 in a log, as far as no span says it. */
const newest = (column: string, log: string, key: string, limit = 1): string =>
  `SELECT a.${column} FROM wr2.${log} AS a WHERE a.instance_id = $1 ` +
  `AND ${Volumes.open("a")} ORDER BY a.${key} DESC LIMIT ${limit}`

/** The highest number of instance $1 in a table that keeps no history. */
const highest = (table: string): string =>
  `(SELECT q.accept_no FROM wr2.${table} AS q WHERE q.instance_id = $1 ` +
  "ORDER BY q.accept_no DESC LIMIT 1)"

/**
 * The owner row against the logs: whoever left without releasing did not write it down. `now` of an
 * Action without Events is looked for among the last accepted; it matters only to a database whose
 * clock was set back.
 */
const ownerText =
  "SELECT o.epoch, o.lineage, " +
  `greatest(o.last_seq, ${Volumes.newest("$1")}), ` +
  `greatest(o.last_now, ${Volumes.last("s.last_now")}, ` +
  `(${newest("created_at", "event_log", "seq")}), ` +
  `(SELECT max(l.now) FROM (${newest("now", "action_log", "accept_no", 256)}) AS l), ` +
  "(SELECT q.run_at FROM wr2.action_queue AS q WHERE q.instance_id = $1 AND q.at_once " +
  "ORDER BY q.run_at DESC LIMIT 1)), " +
  `greatest(0, ${Volumes.last("s.last_no")}, (${newest("accept_no", "action_log", "accept_no")}), ` +
  `${highest("action_queue")}, ${highest("dead_letter")}), now() ` +
  "FROM wr2.instance_owner AS o WHERE o.instance_id = $1"

const queueText =
  `SELECT ${actionSelect} FROM wr2.action_queue AS q WHERE q.instance_id = $1 ` +
  "AND q.run_at <= date_trunc('milliseconds', now()) + $2 * interval '1 millisecond' " +
  "ORDER BY q.run_at, q.accept_no LIMIT $3"

const cursorsText =
  "SELECT c.actor, c.last_n, c.replies, c.moved_to FROM wr2.command_cursor AS c " +
  "WHERE c.instance_id = $1"

const outboxText =
  "SELECT b.n, b.target, b.command, b.traveller FROM wr2.instance_outbox AS b " +
  "WHERE b.instance_id = $1 ORDER BY b.n"

const one =
  (text: string) =>
  (instance: number): Statement => ({
    text,
    params: [Codec.int(instance)]
  })
/** Epoch, lineage, last seq, last time, last acceptance number, and now. */
export const owner = one(ownerText)
/** All cursors. */
export const cursors = one(cursorsText)
/** Messages not yet acknowledged. */
export const outbox = one(outboxText)
/** Pending Actions due within the horizon, from the time of this very transaction. */
export const queue = (instance: number, horizon: number, limit: number): Statement => ({
  text: queueText,
  params: [Codec.int(instance), Codec.int(horizon), Codec.int(limit)]
})

const rowsText = (aggregate: Aggregate.Any): string => {
  const fields = aggregate.columns.map(({ name }) => `, o.${quoted(name)}`).join("")
  const runtime = aggregate.runtime !== undefined
  return (
    `SELECT o.id, o.xmin${runtime ? ", r.xmin, r.cache_dirty, r.data" : ""}${fields} ` +
    `FROM ${table(aggregate.table)} AS o ` +
    (runtime
      ? `LEFT JOIN ${table(aggregate.runtime.table)} AS r ` +
        "ON r.instance_id = o.instance_id AND r.id = o.id "
      : "") +
    "WHERE o.instance_id = $1 ORDER BY o.id"
  )
}

/** Rows of one class with their runtime rows. */
export const rows = (aggregate: Aggregate.Any): ((instance: number) => Statement) =>
  one(rowsText(aggregate))

const whole = (value: unknown): number | null => (typeof value === "number" ? value : null)

/** A LoadedRow of a row of {@link rows}; nothing is checked here. */
export const toRow = (aggregate: Aggregate.Any) => {
  const first = aggregate.runtime === undefined ? 2 : 5
  return (values: ReadonlyArray<any>): LoadedRow => {
    const row: Record<string, unknown> = { id: values[0] }
    aggregate.columns.forEach(({ field }, i) => {
      row[field] = values[first + i]
    })
    let runtime: LoadedRow["runtime"]
    if (first === 5 && values[2] !== null) {
      const { _built_at, _cache_version, ...data } = values[4] ?? {}
      runtime = {
        stamp: values[2],
        dirty: values[3],
        cacheVersion: whole(_cache_version),
        builtAt: whole(_built_at),
        data
      }
    }
    return { aggregate, id: values[0], stamp: values[1], row, runtime }
  }
}

/** A CursorRecord of a row of {@link cursors}. */
export const toCursor = (row: ReadonlyArray<any>): CursorRecord => ({
  actor: row[0],
  lastN: row[1],
  replies: row[2],
  movedTo: row[3]
})

/** An OutboxRecord of a row of {@link outbox}. */
export const toOutbox = (row: ReadonlyArray<any>): OutboxRecord => ({
  n: row[0],
  target: row[1],
  command: row[2],
  traveller: row[3]
})
