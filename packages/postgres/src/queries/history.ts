/** History read for those who run it again: the log, dead letters, snapshots, rows by pages. */
import type { Aggregate } from "@wr2/core"
import type { SnapshotRow } from "@wr2/engine/Fold"
import type { ActionLogRecord, ActionRecord, Ran } from "@wr2/engine/Records"
import * as Codec from "../Codec.ts"
import { quoted, table, type Statement } from "../Statement.ts"
import * as Statements from "../Statement.ts"
import { actionColumns, actionSelect, ranColumns, toAction } from "./actionColumns.ts"
import * as Load from "./load.ts"

const loggedSelect =
  `${actionSelect}, ${ranColumns.map(({ name }) => `q.${name}`).join(", ")}, ` +
  "q.outcome, q.reason, q.first_seq, q.position"

const firstRan = actionColumns.length

/** What an Action was run with, of a row that has it behind the columns of the Action. */
const toRan = (row: ReadonlyArray<any>): ActionRecord & Ran => ({
  ...toAction(row),
  now: row[firstRan],
  idBase: row[firstRan + 1],
  contentHash: row[firstRan + 2],
  rule: row[firstRan + 3],
  asOf: row[firstRan + 4]
})

/** An ActionLogRecord of a row of the log. */
export const toLogged = (row: ReadonlyArray<any>): ActionLogRecord => ({
  ...toRan(row),
  outcome: row[firstRan + 5],
  reason: row[firstRan + 6],
  firstSeq: row[firstRan + 7],
  position: row[firstRan + 8]
})

/** Logged Actions by number. */
export const logged = (instance: number, nos: ReadonlyArray<number>): Statement => ({
  text: `SELECT ${loggedSelect} FROM wr2.action_log AS q WHERE q.instance_id = $1 AND q.accept_no = ANY ($2)`,
  params: [Codec.int(instance), Codec.array("int", nos)]
})

/** Where a reader of the Actions without Events is. */
export interface Place {
  readonly asOf: number
  readonly no: number
}

/** Logged Actions without Events, in order of when they ran, after a place and up to a seq. */
export const silent = (
  instance: number,
  after: Place,
  until: number,
  limit: number
): Statement => ({
  text:
    `SELECT ${loggedSelect} FROM wr2.action_log AS q WHERE q.instance_id = $1 AND q.first_seq IS NULL ` +
    "AND (q.as_of, q.accept_no) > ($2, $3) AND q.as_of <= $4 ORDER BY q.as_of, q.accept_no LIMIT $5",
  params: [instance, after.asOf, after.no, until, limit].map(Codec.int)
})

/** A dead letter as it is needed to run it again. */
export interface Letter extends ActionRecord, Ran {
  readonly reference: string
  readonly error: string
}

/** A dead letter by its number, or by its reference. */
export const letter = (instance: number, no: number | null, reference: string): Statement => ({
  text:
    `SELECT ${actionSelect}, ${ranColumns.map(({ name }) => `q.${name}`).join(", ")}, ` +
    "q.reference, q.error FROM wr2.dead_letter AS q " +
    "WHERE q.instance_id = $1 AND (q.accept_no = $2 OR q.reference = $3) ORDER BY q.accept_no LIMIT 1",
  params: [Codec.int(instance), Codec.int(no), Codec.text(reference)]
})

/** Instance and number of the Action whose dead letter is, or was, called so. */
export const referred = (reference: string): Statement => ({
  text:
    "SELECT d.instance_id, d.accept_no FROM wr2.dead_letter AS d WHERE d.reference = $1 UNION " +
    "SELECT p.instance_id, p.accept_no FROM wr2.dead_letter_past AS p " +
    "WHERE p.letter ->> 'reference' = $1 ORDER BY 1, 2",
  params: [Codec.text(reference)]
})

/** Instance and number of the Actions of a number, done or dead. */
export const numbered = (no: number): Statement => ({
  text:
    "SELECT o.instance_id, $1::bigint FROM wr2.instance_owner AS o WHERE " +
    "EXISTS (SELECT FROM wr2.action_log AS a WHERE a.instance_id = o.instance_id AND a.accept_no = $1) OR " +
    "EXISTS (SELECT FROM wr2.dead_letter AS d WHERE d.instance_id = o.instance_id AND d.accept_no = $1) " +
    "ORDER BY 1",
  params: [Codec.int(no)]
})

/** A Letter of a row of {@link letter}. */
export const toLetter = (row: ReadonlyArray<any>): Letter => ({
  ...toRan(row),
  reference: row[firstRan + 5],
  error: row[firstRan + 6]
})

/**
 * The first Event of an Action, and the last one before its time: where it ran, if that was not yet
 * kept. Reads the instance's whole log.
 */
export const ranAt = (instance: number, no: number, at: number): Statement => ({
  text:
    "SELECT min(e.seq) FILTER (WHERE e.action_id = $2), coalesce(max(e.seq) FILTER (WHERE e.created_at < $3), 0) " +
    "FROM wr2.event_log AS e WHERE e.instance_id = $1 AND e.created_at <= $3",
  params: [Codec.int(instance), Codec.int(no), Codec.time(at)]
})

/** The snapshots that there are: seq, and of those taken after birth their format, time and size. */
export const snapshots = (instance: number): Statement => ({
  text:
    "SELECT s.seq, h.format, h.taken_at, h.row_count FROM wr2.snapshot AS s " +
    "LEFT JOIN wr2.snapshot_head AS h ON h.instance_id = s.instance_id AND h.seq = s.seq " +
    "WHERE s.instance_id = $1 AND s.part = 0 ORDER BY s.seq",
  params: [Codec.int(instance)]
})

/** One part of a snapshot. */
export const part = (instance: number, seq: number, n: number): Statement => ({
  text: "SELECT s.rows FROM wr2.snapshot AS s WHERE s.instance_id = $1 AND s.seq = $2 AND s.part = $3",
  params: [instance, seq, n].map(Codec.int)
})

/** Rows of one class with their runtime rows, after an id, in order. */
export const page = (aggregate: Aggregate.Any) => {
  const whole = Load.rows(aggregate)
  const order = " ORDER BY o.id"
  return (instance: number, after: number, limit: number): Statement => {
    const { params, text } = whole(instance)
    if (!text.endsWith(order)) throw new Error(`not in order of id: ${text}`)
    return {
      text: `${text.slice(0, -order.length)} AND o.id > $2${order} LIMIT $3`,
      params: [...params, Codec.int(after), Codec.int(limit)]
    }
  }
}

/** What is said of a snapshot beside its rows. */
export interface Head {
  readonly seq: number
  readonly format: number
  readonly lineage: string
  readonly lastNow: number
  readonly lastNo: number
  readonly nextId: number
  readonly contentHash: string | null
  readonly parts: number
  readonly rows: number
  readonly cursors: unknown
  readonly takenAt: number
}

/** Writes it. */
export const head = Statements.insert<Head>("snapshot_head", [
  { name: "seq", kind: "int", of: (h) => h.seq },
  { name: "format", kind: "int", of: (h) => h.format },
  { name: "lineage", kind: "text", of: (h) => h.lineage },
  { name: "last_now", kind: "time", of: (h) => h.lastNow },
  { name: "last_no", kind: "int", of: (h) => h.lastNo },
  { name: "next_id", kind: "int", of: (h) => h.nextId },
  { name: "content_hash", kind: "text", of: (h) => h.contentHash },
  { name: "parts", kind: "int", of: (h) => h.parts },
  { name: "row_count", kind: "int", of: (h) => h.rows },
  { name: "cursors", kind: "json", of: (h) => JSON.stringify(h.cursors) },
  { name: "taken_at", kind: "time", of: (h) => h.takenAt }
])

/** The next new id, and the content of the last Action accepted. */
export const supplies = (instance: number): Statement => ({
  text:
    "SELECT (SELECT next FROM wr2.entity_id), (SELECT a.content_hash FROM wr2.action_log AS a " +
    "WHERE a.instance_id = $1 ORDER BY a.accept_no DESC LIMIT 1)",
  params: [Codec.int(instance)]
})

/** Whether this session is the one that takes a snapshot of the instance; until it lets go. */
export const alone = (instance: number): Statement => ({
  text: "SELECT pg_try_advisory_lock(hashtextextended('wr2.snapshot', $1)) /* instance_id */",
  params: [Codec.int(instance)]
})
/** Lets go. */
export const letGo = (instance: number): Statement => ({
  text: "SELECT pg_advisory_unlock(hashtextextended('wr2.snapshot', $1)) /* instance_id */",
  params: [Codec.int(instance)]
})

/** The directory's entry of a character, by its name. */
export const named = (nameKey: string): Statement => ({
  text: "SELECT id, name, account, instance_id, created FROM wr2.character_directory WHERE name_key = $1",
  params: [Codec.text(nameKey)]
})

/** Which of these instances has the row. */
export const whereabouts = (
  aggregate: Aggregate.Any,
  instances: ReadonlyArray<number>,
  id: number
): Statement => ({
  text: `SELECT o.instance_id FROM ${table(aggregate.table)} AS o WHERE o.instance_id = ANY ($1) AND o.${quoted("id")} = $2`,
  params: [Codec.array("int", instances), Codec.int(id)]
})

/** A row as a snapshot keeps it. */
export const toKept = (
  aggregate: Aggregate.Any,
  { row, runtime }: ReturnType<ReturnType<typeof Load.toRow>>
): SnapshotRow => ({
  aggregate: aggregate._tag,
  row: writable(row) as SnapshotRow["row"],
  ...(runtime === undefined
    ? {}
    : {
        runtime: writable(runtime.data),
        ...(runtime.cacheVersion === aggregate.runtime.version
          ? {}
          : { cacheVersion: runtime.cacheVersion }),
        ...(runtime.dirty ? { dirty: true } : {})
      })
})

/** A number beyond what rows may hold is kept, and told, as text: the row does not decode, before and after. */
export const writable = (value: unknown): unknown =>
  typeof value === "bigint"
    ? String(value)
    : Array.isArray(value)
      ? value.map(writable)
      : typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, writable(inner)]))
        : value
