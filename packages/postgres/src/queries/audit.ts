/** What an audit reads beside history: Actions by number, messages, rows that belong to nothing. */
import type { Aggregate } from "@wr2/core"
import * as Codec from "../Codec.ts"
import { quoted, table, type Statement } from "../Statement.ts"
import { actionSelect } from "./actionColumns.ts"

/** A statement of the audit may take so long, and so much memory for one sort. */
export const bounds: ReadonlyArray<Statement> = [
  { text: "SET LOCAL statement_timeout = '30s'", params: [] },
  { text: "SET LOCAL work_mem = '4MB'", params: [] },
  { text: "SET LOCAL max_parallel_workers_per_gather = 0", params: [] }
]

const paged = (instance: number, after: number, limit: number): Statement["params"] =>
  [instance, after, limit].map(Codec.int)

/** Done Actions by number. */
export const log = (instance: number, after: number, limit: number): Statement => ({
  text:
    "SELECT a.accept_no, a.idempotency_key, a.action_type, a.command_id, a.cause, a.first_seq " +
    "FROM wr2.action_log AS a WHERE a.instance_id = $1 AND a.accept_no > $2 " +
    "ORDER BY a.accept_no LIMIT $3",
  params: paged(instance, after, limit)
})

/** Pending Actions by number. */
export const queue = (instance: number, after: number, limit: number): Statement => ({
  text:
    `SELECT ${actionSelect} FROM wr2.action_queue AS q WHERE q.instance_id = $1 ` +
    "AND q.accept_no > $2 ORDER BY q.accept_no LIMIT $3",
  params: paged(instance, after, limit)
})

/** Dead letters by number; and whether they were dropped. */
export const dead = (instance: number, after: number, limit: number): Statement => ({
  text:
    `SELECT ${actionSelect}, q.dropped_at IS NOT NULL FROM wr2.dead_letter AS q ` +
    "WHERE q.instance_id = $1 AND q.accept_no > $2 ORDER BY q.accept_no LIMIT $3",
  params: paged(instance, after, limit)
})

/** The number up to which Actions may be gone with dropped volumes. */
export const gone = (instance: number): Statement => ({
  text:
    "SELECT coalesce(max(coalesce(s.done_no, s.last_no)), 0) FROM wr2.log_span AS s " +
    "WHERE s.instance_id = $1 AND NOT EXISTS (SELECT FROM wr2.log_volume AS v WHERE v.volume = s.volume)",
  params: [Codec.int(instance)]
})

/** Numbers of dead letters that went by age. */
export const forgotten = (instance: number, after: number, limit: number): Statement => ({
  text:
    "SELECT f.accept_no FROM wr2.dead_letter_forgotten AS f WHERE f.instance_id = $1 " +
    "AND f.accept_no > $2 ORDER BY f.accept_no LIMIT $3",
  params: paged(instance, after, limit)
})

/** Runtime rows whose thing is not there. */
export const loose = (aggregate: Aggregate.Any, instance: number): Statement => ({
  text:
    `SELECT r.id FROM ${table(aggregate.runtime.table)} AS r WHERE r.instance_id = $1 ` +
    `AND NOT EXISTS (SELECT 1 FROM ${table(aggregate.table)} AS o ` +
    "WHERE o.instance_id = r.instance_id AND o.id = r.id) ORDER BY r.id LIMIT 20",
  params: [Codec.int(instance)]
})

/** Instances that a table has rows of and that nobody can own: from one to the next by its key. */
export const strays = (name: string): Statement => ({
  text:
    `WITH RECURSIVE ids AS ((SELECT t.instance_id FROM ${table(name)} AS t ` +
    "ORDER BY t.instance_id LIMIT 1) UNION ALL SELECT (SELECT t.instance_id " +
    `FROM ${table(name)} AS t WHERE t.instance_id > ids.instance_id ORDER BY t.instance_id LIMIT 1) ` +
    "FROM ids WHERE ids.instance_id IS NOT NULL) SELECT ids.instance_id FROM ids " +
    "WHERE ids.instance_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM wr2.instance_owner AS o " +
    "WHERE o.instance_id = ids.instance_id)",
  params: []
})

/** In which instances a row is at this moment. */
export const places = (aggregate: Aggregate.Any, id: number): Statement => ({
  text:
    `SELECT o.instance_id FROM wr2.instance_owner AS o WHERE EXISTS (SELECT 1 FROM ${table(aggregate.table)} AS t ` +
    `WHERE t.instance_id = o.instance_id AND t.${quoted("id")} = $1) ORDER BY 1`,
  params: [Codec.int(id)]
})

/** A message at this moment: whether it lies in the outbox, and what its target has had of that source. */
export const message = (source: number, n: number, target: number): Statement => ({
  text:
    "SELECT EXISTS (SELECT 1 FROM wr2.instance_outbox AS b WHERE b.instance_id = $1 AND b.n = $2), " +
    "(SELECT c.last_n FROM wr2.command_cursor AS c WHERE c.instance_id = $3 " +
    "AND c.actor = 'instance:' || $1::bigint), " +
    "EXISTS (SELECT 1 FROM wr2.instance_owner AS o WHERE o.instance_id = $3)",
  params: [source, n, target].map(Codec.int)
})

/** What came of a message where it was taken in lately: Actions after a number, done, pending or dead. */
export const arrived = (target: number, commandId: string, after: number): Statement => ({
  text: ["action_log", "action_queue", "dead_letter"]
    .map(
      (name) =>
        `SELECT a.accept_no FROM ${table(name)} AS a WHERE a.instance_id = $1 AND a.accept_no > $3 ` +
        "AND a.command_id = $2 AND a.cause IS NULL"
    )
    .join(" UNION ALL "),
  params: [Codec.int(target), Codec.text(commandId), Codec.int(after)]
})

/** A row when a message lies in the outbox and its target has not had it, at this moment. */
export const stillSent = (source: number, n: number): Statement => ({
  text:
    "SELECT b.n FROM wr2.instance_outbox AS b WHERE b.instance_id = $1 AND b.n = $2 " +
    "AND NOT EXISTS (SELECT 1 FROM wr2.command_cursor AS c WHERE c.instance_id = b.target " +
    "AND c.actor = 'instance:' || $1::bigint AND c.last_n >= b.n)",
  params: [source, n].map(Codec.int)
})

/** A row when an Action is pending or dead (and not given up), at this moment. */
export const stillHeld = (instance: number, no: number): Statement => ({
  text:
    "SELECT q.accept_no FROM wr2.action_queue AS q WHERE q.instance_id = $1 AND q.accept_no = $2 " +
    "UNION ALL SELECT d.accept_no FROM wr2.dead_letter AS d WHERE d.instance_id = $1 " +
    "AND d.accept_no = $2 AND d.dropped_at IS NULL",
  params: [instance, no].map(Codec.int)
})
