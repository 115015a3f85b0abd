/** The logs' volumes: what there is, made ahead, turned, sealed, taken out and dropped. */
import * as Codec from "../Codec.ts"
import type { Statement } from "../Statement.ts"

/** Both logs; each has a table for each volume. */
export const logs = ["event_log", "action_log"] as const
/** One of them. */
export type Log = (typeof logs)[number]

const plain = (text: string): Statement => ({ text, params: [] })

/** One at a time in the whole world. True: it is ours, as long as the session lives. */
export const lock = plain("SELECT pg_try_advisory_lock(hashtext('wr2.retention'))")
/** Gives it back. */
export const unlock = plain("SELECT pg_advisory_unlock(hashtext('wr2.retention'))")

/** Now, the volume that is written, the one before if it is not sealed. */
export const turned = plain("SELECT clock_timestamp(), t.volume, t.before FROM wr2.log_turn AS t")

/** Volumes: when opened and closed, whether sealed, bytes on the disk. */
export const volumes = plain(
  "SELECT v.volume, v.opened_at, v.closed_at, v.sealed_at IS NOT NULL, (SELECT " +
    "coalesce(sum(pg_total_relation_size(to_regclass(format('wr2.%s_%s', l.name, v.volume)))), 0)::bigint " +
    "FROM unnest(ARRAY['event_log', 'action_log']) AS l(name)) " +
    "FROM wr2.log_volume AS v ORDER BY v.volume"
)

/** Whether nothing is in a volume. */
export const isEmpty = (volume: number): Statement =>
  plain(
    `SELECT NOT EXISTS (SELECT FROM wr2.event_log AS e WHERE e.volume = ${volume}) ` +
      `AND NOT EXISTS (SELECT FROM wr2.action_log AS a WHERE a.volume = ${volume})`
  )

/** Consumers that have not read all of a volume. */
export const behind = (volume: number): Statement => ({
  text:
    "SELECT o.instance_id, o.consumer, o.seq, s.last_seq FROM wr2.consumer_offset AS o " +
    "JOIN wr2.log_span AS s ON s.instance_id = o.instance_id AND s.volume = $1::integer " +
    "WHERE s.first_seq IS NOT NULL AND o.seq < s.last_seq ORDER BY o.consumer, o.instance_id",
  params: [Codec.int(volume)]
})

/** Tables of volumes: log, number, whether attached, whether on its way out. */
export const tables = plain(
  "SELECT m.parts[1], m.parts[2]::bigint, i.inhrelid IS NOT NULL, coalesce(i.inhdetachpending, false) " +
    "FROM pg_class AS c CROSS JOIN LATERAL " +
    "(SELECT regexp_match(c.relname, '^(event_log|action_log)_(\\d+)$') AS parts) AS m " +
    "LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid " +
    "WHERE c.relnamespace = 'wr2'::regnamespace AND c.relkind = 'r' AND m.parts IS NOT NULL " +
    "ORDER BY 2, 1"
)

/** The volume that is written is a volume, whoever named it. */
export const known = plain(
  "INSERT INTO wr2.log_volume (volume, opened_at) SELECT t.volume, now() FROM wr2.log_turn AS t " +
    "ON CONFLICT (volume) DO NOTHING"
)

/** Makes an empty volume of a log. */
export const make = (log: Log, volume: number): Statement =>
  plain(`SELECT wr2.make_volume('${log}', ${volume})`)

/** The next volume is the one that is written, if both its tables are there; else there is no row. */
export const turn = (volume: number): Statement =>
  plain(
    `WITH turned AS (UPDATE wr2.log_turn SET volume = ${volume + 1}, before = ${volume} ` +
      `WHERE volume = ${volume} AND before IS NULL AND (SELECT count(*) = 2 FROM pg_inherits AS i ` +
      `WHERE i.inhrelid IN (to_regclass('wr2.event_log_${volume + 1}'), to_regclass('wr2.action_log_${volume + 1}'))) ` +
      "RETURNING 1), " +
      `closed AS (UPDATE wr2.log_volume SET closed_at = now() WHERE volume = ${volume} AND EXISTS (SELECT FROM turned)) ` +
      "INSERT INTO wr2.log_volume (volume, opened_at) " +
      `SELECT ${volume + 1}, now() FROM turned RETURNING volume`
  )

/** Locks are the whole server's, and relations of another database may have the same numbers. */
const here =
  "l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())"

/** Transactions that write to the logs at this moment: some may have begun before the turn. */
export const writers = plain(
  `SELECT DISTINCT l.virtualtransaction FROM pg_locks AS l WHERE ${here} AND l.mode = 'RowExclusiveLock' ` +
    "AND l.relation IN ('wr2.event_log'::regclass, 'wr2.action_log'::regclass) AND l.pid <> pg_backend_pid()"
)

/**
 * What a volume has of each instance, found by its keys. The numbers are as far as they had come: those
 * of earlier volumes count, and those of Actions that wait or are dead.
 */
export const spans = (volume: number): Statement =>
  plain(
    "INSERT INTO wr2.log_span (instance_id, volume, first_seq, last_seq, last_no, done_no, last_now) " +
      `SELECT o.instance_id, ${volume}, f.seq, greatest(e.seq, p.last_seq, 0), ` +
      "greatest(a.accept_no, q.accept_no, d.accept_no, p.last_no, 0), " +
      "greatest(a.accept_no, coalesce(p.done_no, p.last_no), 0), " +
      "greatest(e.created_at, n.now, p.last_now, 'epoch') FROM wr2.instance_owner AS o " +
      `LEFT JOIN LATERAL (SELECT x.seq FROM wr2.event_log_${volume} AS x WHERE x.instance_id = o.instance_id ORDER BY x.seq LIMIT 1) AS f ON true ` +
      `LEFT JOIN LATERAL (SELECT x.seq, x.created_at FROM wr2.event_log_${volume} AS x WHERE x.instance_id = o.instance_id ORDER BY x.seq DESC LIMIT 1) AS e ON true ` +
      `LEFT JOIN LATERAL (SELECT x.accept_no FROM wr2.action_log_${volume} AS x WHERE x.instance_id = o.instance_id ORDER BY x.accept_no DESC LIMIT 1) AS a ON true ` +
      `LEFT JOIN LATERAL (SELECT max(y.now) AS now FROM (SELECT x.now FROM wr2.action_log_${volume} AS x WHERE x.instance_id = o.instance_id ORDER BY x.accept_no DESC LIMIT 256) AS y) AS n ON true ` +
      "LEFT JOIN LATERAL (SELECT x.accept_no FROM wr2.action_queue AS x WHERE x.instance_id = o.instance_id ORDER BY x.accept_no DESC LIMIT 1) AS q ON true " +
      "LEFT JOIN LATERAL (SELECT x.accept_no FROM wr2.dead_letter AS x WHERE x.instance_id = o.instance_id ORDER BY x.accept_no DESC LIMIT 1) AS d ON true " +
      "LEFT JOIN LATERAL (SELECT x.last_seq, x.last_no, x.done_no, x.last_now FROM wr2.log_span AS x WHERE x.instance_id = o.instance_id ORDER BY x.volume DESC LIMIT 1) AS p ON true " +
      "WHERE f.seq IS NOT NULL OR a.accept_no IS NOT NULL"
  )

/** With the spans, in their transaction. */
export const sealed = (volume: number): ReadonlyArray<Statement> => [
  plain(`UPDATE wr2.log_turn SET before = NULL WHERE before = ${volume}`),
  plain(`UPDATE wr2.log_volume SET sealed_at = now() WHERE volume = ${volume}`)
]

/**
 * A volume is given up: consumers who have not read it are told what they miss; who reads learns that
 * history begins later; of each instance the numbers stay up to which all may be gone. Its tables are
 * taken out after that.
 */
export const giveUp = (volume: number): ReadonlyArray<Statement> => [
  plain(
    "INSERT INTO wr2.consumer_gap (instance_id, consumer, after_seq, through_seq) " +
      "SELECT o.instance_id, o.consumer, greatest(o.seq, s.first_seq - 1), s.last_seq FROM wr2.consumer_offset AS o " +
      `JOIN wr2.log_span AS s ON s.instance_id = o.instance_id AND s.volume = ${volume} ` +
      "WHERE s.first_seq IS NOT NULL AND o.seq < s.last_seq ON CONFLICT DO NOTHING"
  ),
  plain(
    `DELETE FROM wr2.log_span AS s WHERE s.volume < ${volume} AND EXISTS (SELECT FROM wr2.log_span AS n ` +
      `WHERE n.instance_id = s.instance_id AND n.volume = ${volume})`
  ),
  plain(`UPDATE wr2.log_span SET first_seq = NULL WHERE volume = ${volume}`),
  plain(
    `DELETE FROM wr2.dead_letter_forgotten AS f USING wr2.log_span AS s WHERE s.volume = ${volume} ` +
      "AND f.instance_id = s.instance_id AND f.accept_no <= coalesce(s.done_no, s.last_no)"
  ),
  plain(`DELETE FROM wr2.log_volume WHERE volume = ${volume}`)
]

/** Takes a table out of its log, or goes on with that; no cycle and no reader waits for it. */
export const detach = (log: Log, volume: number, pending: boolean): Statement =>
  plain(
    `ALTER TABLE wr2.${log} DETACH PARTITION wr2.${log}_${volume} ${pending ? "FINALIZE" : "CONCURRENTLY"}`
  )

/** Drops a table that was taken out. */
export const drop = (log: Log, volume: number): Statement =>
  plain(`DROP TABLE wr2.${log}_${volume}`)

/** Who has had a transaction open for a while, and a lock on a log: pid, application, milliseconds. */
export const holders = (log: Log, volume: number): Statement =>
  plain(
    "SELECT DISTINCT a.pid, a.application_name, (extract(epoch FROM clock_timestamp() - a.xact_start) * 1000)::bigint " +
      "FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid " +
      `WHERE ${here} AND l.relation IN ('wr2.${log}'::regclass, to_regclass('wr2.${log}_${volume}')) ` +
      "AND a.pid <> pg_backend_pid() AND a.xact_start < now() - interval '1 second'"
  )

/**
 * Dead letters of before then. Kept are those of messages, which carry something, and those whose number
 * no span has: numbers never begin again. That they are gone is written down, as long as the log of
 * their time is there.
 */
export const forgetDead = (before: number, limit: number): Statement => ({
  text:
    "WITH gone AS (SELECT d.instance_id, d.accept_no FROM wr2.dead_letter AS d WHERE d.now < $1 " +
    "AND d.actor_type IS DISTINCT FROM 'instance' AND d.action_type <> 'message' " +
    "AND d.accept_no <= (SELECT s.last_no FROM wr2.log_span AS s WHERE s.instance_id = d.instance_id " +
    "ORDER BY s.volume DESC LIMIT 1) LIMIT $2::bigint), " +
    "forgotten AS (DELETE FROM wr2.dead_letter AS d USING gone AS g " +
    "WHERE d.instance_id = g.instance_id AND d.accept_no = g.accept_no " +
    "RETURNING d.instance_id, d.accept_no), " +
    "noted AS (INSERT INTO wr2.dead_letter_forgotten (instance_id, accept_no) " +
    "SELECT f.instance_id, f.accept_no FROM forgotten AS f ON CONFLICT DO NOTHING) " +
    "SELECT f.accept_no FROM forgotten AS f",
  params: [Codec.time(before), Codec.int(limit)]
})
