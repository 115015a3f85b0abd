/** Which snapshots retention is to take, and which are good for nothing any more. */
import * as Codec from "../Codec.ts"
import type { Statement } from "../Statement.ts"

/** Whether span `s` has a snapshot behind it: what comes after it can be run again. */
const followed = (format: string): string =>
  "EXISTS (SELECT FROM wr2.snapshot_head AS h WHERE h.instance_id = s.instance_id " +
  `AND h.seq >= s.last_seq AND h.format <= ${format})`

/** Instances with a sealed volume that no snapshot follows, kept or not; the oldest volume first. */
export const wanting = (format: number, limit: number): Statement => ({
  text:
    "SELECT s.instance_id, min(s.volume) FROM wr2.log_span AS s WHERE s.last_seq > 0 " +
    `AND NOT ${followed("$1::bigint")} GROUP BY s.instance_id ORDER BY 2, 1 LIMIT $2::bigint`,
  params: [format, limit].map(Codec.int)
})

/** How many instances have no snapshot that follows a volume. */
export const unfollowed = (volume: number, format: number): Statement => ({
  text:
    "SELECT count(*)::int FROM wr2.log_span AS s WHERE s.volume = $1::bigint AND s.last_seq > 0 " +
    `AND NOT ${followed("$2::bigint")}`,
  params: [volume, format].map(Codec.int)
})

/** Drops snapshots, but births, that Events are missing after, where there is a later one. */
export const forgetSnapshots = (limit: number): Statement => ({
  text:
    "WITH old AS (SELECT h.instance_id, h.seq FROM wr2.snapshot_head AS h WHERE EXISTS (SELECT " +
    "FROM wr2.log_span AS s WHERE s.instance_id = h.instance_id AND s.last_seq > h.seq AND NOT EXISTS " +
    "(SELECT FROM wr2.log_volume AS v WHERE v.volume = s.volume)) AND EXISTS (SELECT " +
    "FROM wr2.snapshot_head AS n WHERE n.instance_id = h.instance_id AND n.seq > h.seq) " +
    "LIMIT $1::bigint), parts AS (DELETE FROM wr2.snapshot AS p USING old AS o " +
    "WHERE p.instance_id = o.instance_id AND p.seq = o.seq AND p.seq > 0) " +
    "DELETE FROM wr2.snapshot_head AS h USING old AS o " +
    "WHERE h.instance_id = o.instance_id AND h.seq = o.seq RETURNING h.seq",
  params: [Codec.int(limit)]
})
