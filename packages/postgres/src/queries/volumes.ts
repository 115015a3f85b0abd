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
export const last = (column: "s.last_seq" | "s.last_no" | "s.last_now"): string =>
  `(SELECT ${column} FROM wr2.log_span AS s WHERE s.instance_id = $1 ORDER BY s.volume DESC LIMIT 1)`
