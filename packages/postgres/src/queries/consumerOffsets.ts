/** How far consumers have read. Rows are moved by compare-and-set, never waited for. */
import type { Known, Move, Offset, Parked } from "@wr2/engine/ConsumerOffsets"
import * as Codec from "../Codec.ts"
import type { Statement } from "../Statement.ts"
import * as Volumes from "./volumes.ts"

const known = (consumers: ReadonlyArray<Known>) => [
  Codec.array(
    "text",
    consumers.map(({ name }) => name)
  ),
  Codec.array(
    "bool",
    consumers.map(({ from }) => from === "beginning")
  )
]

const newest = `greatest(o.last_seq, ${Volumes.newest("o.instance_id")})`
/** The seq before the oldest Event kept; the last one, when none is. */
const beginning = `coalesce(${Volumes.oldest("o.instance_id")} - 1, ${newest})`

/** Of those in the same millisecond nobody knows which was first: rather heard than not. */
const isFoundedLater = "coalesce(o.founded_at >= k.known_at, false)"

const missing = (now: string, where: string): string =>
  "WITH met AS (INSERT INTO wr2.known_consumer (name) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING) " +
  "INSERT INTO wr2.consumer_offset (instance_id, consumer, seq) " +
  `SELECT o.instance_id, c.name, CASE WHEN c.first OR ${isFoundedLater} THEN ${beginning} ELSE ${now} END ` +
  "FROM wr2.instance_owner AS o CROSS JOIN unnest($1::text[], $2::bool[]) AS c(name, first) " +
  "LEFT JOIN wr2.known_consumer AS k ON k.name = c.name " +
  `WHERE ${where} NOT EXISTS (SELECT 1 FROM wr2.consumer_offset AS x ` +
  "WHERE x.instance_id = o.instance_id AND x.consumer = c.name) ON CONFLICT DO NOTHING"

const enrolText = missing(newest, "")
const enrolOneText = missing("$4::bigint", "o.instance_id = $3 AND")

/** Makes the rows that no instance has yet. */
export const enrol = (consumers: ReadonlyArray<Known>): Statement => ({
  text: enrolText,
  params: known(consumers)
})

/** The same of one instance whose newest seq is known. */
export const enrolOne = (
  instance: number,
  head: number,
  consumers: ReadonlyArray<Known>
): Statement => ({
  text: enrolOneText,
  params: [...known(consumers), Codec.int(instance), Codec.int(head)]
})

/** An instance's rows. */
export const read = (instance: number, consumers: ReadonlyArray<Known>): Statement => ({
  text:
    "SELECT o.instance_id, o.consumer, o.seq, o.parked_seq, o.error FROM wr2.consumer_offset AS o " +
    "WHERE o.instance_id = $1 AND o.consumer = ANY($2::text[])",
  params: [
    Codec.int(instance),
    Codec.array(
      "text",
      consumers.map(({ name }) => name)
    )
  ]
})

/** An Offset of a row of {@link read}. */
export const toOffset = (row: ReadonlyArray<any>): Offset => ({
  instance: row[0],
  consumer: row[1],
  seq: row[2],
  parked: row[3] === null ? null : { seq: row[3], error: row[4] }
})

const moves = (all: ReadonlyArray<Move>) => [
  Codec.array(
    "int",
    all.map(({ instance }) => instance)
  ),
  Codec.array(
    "text",
    all.map(({ consumer }) => consumer)
  )
]

/** Those that can be had now. A row that somebody holds is left for the next time. */
export const advance = (all: ReadonlyArray<Move>): Statement => ({
  text:
    "WITH free AS (SELECT o.instance_id, o.consumer, v.seq FROM wr2.consumer_offset AS o " +
    "JOIN unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[]) AS v(instance_id, consumer, was, seq) " +
    "ON o.instance_id = v.instance_id AND o.consumer = v.consumer AND o.seq = v.was " +
    "WHERE o.parked_at IS NULL FOR NO KEY UPDATE OF o SKIP LOCKED) " +
    "UPDATE wr2.consumer_offset AS o SET seq = f.seq, moved_at = now() FROM free AS f " +
    "WHERE o.instance_id = f.instance_id AND o.consumer = f.consumer " +
    "RETURNING o.instance_id, o.consumer",
  params: [
    ...moves(all),
    Codec.array(
      "int",
      all.map(({ from }) => from)
    ),
    Codec.array(
      "int",
      all.map(({ to }) => to)
    )
  ]
})

/** Rows as they are, unlocked: (instance, consumer, seq) of those that are not parked. */
export const look = (all: ReadonlyArray<Move>): Statement => ({
  text:
    "SELECT o.instance_id, o.consumer, o.seq FROM wr2.consumer_offset AS o " +
    "JOIN unnest($1::bigint[], $2::text[]) AS v(instance_id, consumer) " +
    "ON o.instance_id = v.instance_id AND o.consumer = v.consumer WHERE o.parked_at IS NULL",
  params: moves(all)
})

/** A row when it was still at `from`. */
export const park = ({ consumer, from, instance, to }: Move, why: Parked): Statement => ({
  text:
    "UPDATE wr2.consumer_offset AS o SET seq = $4, parked_at = now(), parked_seq = $5, error = $6, " +
    "moved_at = now() WHERE o.instance_id = $1 AND o.consumer = $2 AND o.seq = $3 " +
    "AND o.parked_at IS NULL RETURNING o.instance_id",
  params: [
    Codec.int(instance),
    Codec.text(consumer),
    Codec.int(from),
    Codec.int(to),
    Codec.int(why.seq),
    Codec.text(why.error)
  ]
})

/** A row when it was parked. */
export const resume = (instance: number, consumer: string, to: number | null): Statement => ({
  text:
    "UPDATE wr2.consumer_offset AS o SET seq = coalesce($3, o.seq), parked_at = NULL, " +
    "parked_seq = NULL, error = NULL, moved_at = now() " +
    "WHERE o.instance_id = $1 AND o.consumer = $2 AND o.parked_at IS NOT NULL RETURNING o.instance_id",
  params: [Codec.int(instance), Codec.text(consumer), Codec.int(to)]
})

/** Released instances with something unread. */
export const asleep = (consumers: ReadonlyArray<string>, limit: number): Statement => ({
  text:
    "SELECT o.instance_id FROM wr2.instance_owner AS o WHERE o.released_at IS NOT NULL " +
    "AND EXISTS (SELECT 1 FROM wr2.consumer_offset AS c WHERE c.instance_id = o.instance_id " +
    "AND c.consumer = ANY($1::text[]) AND c.parked_at IS NULL AND c.seq < o.last_seq) " +
    "ORDER BY o.instance_id LIMIT $2",
  params: [Codec.array("text", consumers), Codec.int(limit)]
})

/** What retention is to keep. */
export const needed: Statement = {
  text:
    "SELECT o.instance_id, min(o.seq) + 1 FROM wr2.consumer_offset AS o " +
    "GROUP BY o.instance_id ORDER BY o.instance_id",
  params: []
}
