/** Owner rows: taking, confirming and releasing an instance; who lives, and who should be woken. */
import * as Codec from "../Codec.ts"
import type { Statement } from "../Statement.ts"

/** Takes ownership. Waits for whoever holds the fence row: see Ownership. */
export const take = (instance: number, runner: string, incarnation: string): Statement => ({
  text:
    "WITH old AS (SELECT o.instance_id, o.released_at IS NOT NULL AS released " +
    "FROM wr2.instance_owner AS o WHERE o.instance_id = $1 FOR NO KEY UPDATE) " +
    "UPDATE wr2.instance_owner AS o SET epoch = o.epoch + 1, runner = $2, incarnation = $3, " +
    "released_at = NULL, next_due = NULL FROM old WHERE o.instance_id = old.instance_id " +
    "RETURNING o.epoch, old.released",
  params: [Codec.int(instance), Codec.text(runner), Codec.text(incarnation)]
})

/**
 * Who keeps a session waiting: sessions of WR2 are ended, others only named. Those that wait for a
 * lock themselves are left alone: they go on as soon as whoever blocks them is gone.
 */
export const unblock = (processId: number): Statement => ({
  text:
    "SELECT a.pid, a.application_name, " +
    "CASE WHEN NOT a.application_name LIKE 'wr2:%' THEN 'foreign' " +
    "WHEN a.wait_event_type = 'Lock' THEN 'waiting' " +
    "WHEN pg_terminate_backend(a.pid) THEN 'terminated' ELSE 'gone' END AS fate " +
    "FROM unnest(pg_blocking_pids($1::int)) AS b(pid) JOIN pg_stat_activity AS a ON a.pid = b.pid",
  params: [Codec.int(processId)]
})

/** Ends one session. */
export const end = (processId: number): Statement => ({
  text: "SELECT pg_terminate_backend($1::int)",
  params: [Codec.int(processId)]
})

/** Those of the instances that still have their epoch. */
export const confirm = (
  owned: ReadonlyArray<{ readonly instance: number; readonly epoch: number }>
): Statement => ({
  text:
    "SELECT o.instance_id, o.epoch FROM wr2.instance_owner AS o " +
    "JOIN unnest($1::bigint[], $2::bigint[]) AS v(instance_id, epoch) " +
    "ON o.instance_id = v.instance_id AND o.epoch = v.epoch",
  params: [
    Codec.array(
      "int",
      owned.map(({ instance }) => instance)
    ),
    Codec.array(
      "int",
      owned.map(({ epoch }) => epoch)
    )
  ]
})

/** The epoch with which a process owns an instance that it has not released. */
export const owned = (instance: number, incarnation: string): Statement => ({
  text:
    "SELECT o.epoch FROM wr2.instance_owner AS o " +
    "WHERE o.instance_id = $1 AND o.incarnation = $2 AND o.released_at IS NULL",
  params: [Codec.int(instance), Codec.text(incarnation)]
})

/** Writes down that the owner left in order; a row when it was still the owner. What it knows less of than the row stays. */
export const release = (
  instance: number,
  epoch: number,
  at: { readonly nextDue: number | null; readonly lastSeq: number; readonly lastNow: number }
): Statement => ({
  text:
    "UPDATE wr2.instance_owner AS o SET released_at = now(), next_due = $3, " +
    "last_seq = greatest(o.last_seq, $4), last_now = greatest(o.last_now, $5) " +
    "WHERE o.instance_id = $1 AND o.epoch = $2 RETURNING o.instance_id",
  params: [
    Codec.int(instance),
    Codec.int(epoch),
    Codec.time(at.nextDue),
    Codec.int(at.lastSeq),
    Codec.time(at.lastNow)
  ]
})

/** All instances. */
export const instances: Statement = {
  text: "SELECT o.instance_id FROM wr2.instance_owner AS o ORDER BY o.instance_id",
  params: []
}

/** A day after its last sign of life, an incarnation is forgotten; it never comes back. */
export const heartbeat = (incarnation: string): Statement => ({
  text:
    "WITH forgotten AS (DELETE FROM wr2.runner_heartbeat WHERE seen_at < now() - interval '1 day') " +
    "INSERT INTO wr2.runner_heartbeat (incarnation, seen_at) VALUES ($1, now()) " +
    "ON CONFLICT (incarnation) DO UPDATE SET seen_at = excluded.seen_at",
  params: [Codec.text(incarnation)]
})

/** Released instances that are due, and those whose owner is not heard of any more. */
export const sleeping = (deadAfterMillis: number, limit: number): Statement => ({
  text:
    "(SELECT o.instance_id FROM wr2.instance_owner AS o " +
    "WHERE o.released_at IS NOT NULL AND o.next_due <= now() ORDER BY o.next_due LIMIT $2) " +
    "UNION ALL (SELECT o.instance_id FROM wr2.instance_owner AS o " +
    "WHERE o.released_at IS NULL AND NOT EXISTS (SELECT 1 FROM wr2.runner_heartbeat AS h " +
    "WHERE h.incarnation = o.incarnation AND h.seen_at >= now() - $1 * interval '1 millisecond') " +
    "ORDER BY o.instance_id LIMIT $2)",
  params: [Codec.int(deadAfterMillis), Codec.int(limit)]
})

/** Takes a block of ids of any size: one row, one statement, no gap and no overlap. */
export const ids = (count: number): Statement => ({
  text: "UPDATE wr2.entity_id SET next = next + $1 RETURNING next - $1",
  params: [Codec.int(count)]
})
