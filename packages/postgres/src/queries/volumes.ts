/**
 * Where in the logs to look and to write: volumes (migration 0004). Every statement on event_log or
 * action_log names them, so that the volumes of long ago are not touched.
 */

/** For rows that are written: the volume of now, asked for once a statement. */
export const current = { volume: "(SELECT t.volume FROM wr2.log_turn AS t)" }

/** Of rows in volumes that no span tells of: the one that is written, and the one before until it is sealed. */
export const open = (row: string): string =>
  `${row}.volume >= (SELECT coalesce(t.before, t.volume) FROM wr2.log_turn AS t) ` +
  `AND ${row}.volume <= (SELECT t.volume FROM wr2.log_turn AS t)`

/** What the newest span of instance $1 says. */
export const last = (column: "s.last_no" | "s.last_now"): string =>
  `(SELECT ${column} FROM wr2.log_span AS s WHERE s.instance_id = $1 ORDER BY s.volume DESC LIMIT 1)`

const event = (instance: string, direction: "" | " DESC"): string =>
  `(SELECT e.seq FROM wr2.event_log AS e WHERE e.instance_id = ${instance} AND ${open("e")} ` +
  `ORDER BY e.seq${direction} LIMIT 1)`

/** The last seq that an instance ever had in the log, also when that is gone; null: none. */
export const newest = (instance: string): string =>
  `greatest((SELECT s.last_seq FROM wr2.log_span AS s WHERE s.instance_id = ${instance} ` +
  `ORDER BY s.volume DESC LIMIT 1), ${event(instance, " DESC")})`

/** The seq of an instance's oldest Event that is kept; null: none. */
export const oldest = (instance: string): string =>
  `coalesce((SELECT s.first_seq FROM wr2.log_span AS s WHERE s.instance_id = ${instance} ` +
  `AND s.first_seq IS NOT NULL ORDER BY s.volume LIMIT 1), ${event(instance, "")})`
