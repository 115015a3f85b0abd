/**
 * Where in the logs to look and to write: volumes (migration 0004). Every statement on event_log or
 * action_log names them, so that the volumes of long ago are not touched.
 */

/** For rows that are written: the volume of now, asked for once a statement. */
export const current = { volume: "(SELECT t.volume FROM wr2.log_turn AS t)" }

/** The first volume that is not sealed: from here on no span says what there is. */
export const open = "(SELECT coalesce(t.before, t.volume) FROM wr2.log_turn AS t)"

/** What the newest span of instance $1 says. */
export const last = (column: "s.last_seq" | "s.last_no" | "s.last_now"): string =>
  `(SELECT ${column} FROM wr2.log_span AS s WHERE s.instance_id = $1 ORDER BY s.volume DESC LIMIT 1)`
