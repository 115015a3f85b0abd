/** Events: appended by cycles, read by whoever missed the hand-over. */
import type { EventRecord } from "@wr2/engine/Records"
import * as Codec from "../Codec.ts"
import * as Statement from "../Statement.ts"
import type { Column } from "../Statement.ts"
import * as Volumes from "./volumes.ts"

const columns: ReadonlyArray<Column<EventRecord>> = [
  { name: "seq", kind: "int", of: (e) => e.seq },
  { name: "event_type", kind: "text", of: (e) => e.type },
  { name: "version", kind: "int", of: (e) => e.version },
  { name: "payload", kind: "json", of: (e) => e.payload },
  { name: "streams", kind: "texts", of: (e) => Codec.texts(e.streams) },
  { name: "created_at", kind: "time", of: (e) => e.at },
  { name: "action_id", kind: "int", of: (e) => e.actionNo },
  { name: "command_id", kind: "text", of: (e) => e.commandId },
  { name: "actor_type", kind: "text", of: (e) => e.actor?.type ?? null },
  { name: "actor_id", kind: "int", of: (e) => e.actor?.id ?? null }
]

/** A seq that exists is refused, by the key of the volume or by those before it: another owner has written. */
export const appendEvents = Statement.insert("event_log", columns, "", Volumes.current)

/**
 * Volume by volume, in the order of their numbers, which is that of seqs: those whose spans say that
 * they have such Events, then those that nobody has looked through yet; no more of them than it takes.
 */
const readText =
  "SELECT e.seq, e.event_type, e.version, e.payload::text, e.streams, e.created_at, e.action_id, " +
  "e.command_id, e.actor_type, e.actor_id FROM (" +
  "SELECT s.volume FROM wr2.log_span AS s WHERE s.instance_id = $1 AND s.last_seq > $2 " +
  "AND s.first_seq IS NOT NULL UNION ALL SELECT t.before FROM wr2.log_turn AS t " +
  "WHERE t.before IS NOT NULL UNION ALL SELECT t.volume FROM wr2.log_turn AS t ORDER BY 1) AS v " +
  "CROSS JOIN LATERAL (SELECT * FROM wr2.event_log AS l WHERE l.volume = v.volume " +
  "AND l.instance_id = $1 AND l.seq > $2 ORDER BY l.seq LIMIT $3) AS e LIMIT $3"

/** Events after a seq. */
export const read = (instance: number, after: number, limit: number): Statement.Statement => ({
  text: readText,
  params: [Codec.int(instance), Codec.int(after), Codec.int(limit)]
})

/** An EventRecord of a row of {@link read}. */
export const toEvent = (row: ReadonlyArray<any>): EventRecord => ({
  seq: row[0],
  type: row[1],
  version: row[2],
  payload: row[3],
  streams: row[4],
  at: row[5],
  actionNo: row[6],
  commandId: row[7],
  actor: row[8] === null ? null : { type: row[8], id: row[9] }
})

const headText =
  `SELECT o.lineage, greatest(o.last_seq, ${Volumes.newest("$1")}), ${Volumes.oldest("$1")} ` +
  "FROM wr2.instance_owner AS o WHERE o.instance_id = $1"

/** Lineage; the last seq, also of a log whose Events were all dropped; the oldest seq kept, if any. */
export const head = (instance: number): Statement.Statement => ({
  text: headText,
  params: [Codec.int(instance)]
})

const arrivalText =
  "SELECT o.lineage, e.seq FROM wr2.event_log AS e JOIN wr2.instance_owner AS o USING (instance_id) " +
  "WHERE e.instance_id = $1 AND e.actor_type = 'instance' AND e.command_id = $2 " +
  "ORDER BY e.seq LIMIT 1"

/** Lineage, and the first Event that came of a message, by the message's Command id. */
export const arrival = (instance: number, commandId: string): Statement.Statement => ({
  text: arrivalText,
  params: [Codec.int(instance), Codec.text(commandId)]
})
