/** The birth of an instance: its owner row, first rows and snapshot at seq 0. */
import type { Aggregate } from "@wr2/core"
import * as Codec from "../Codec.ts"
import * as Statement from "../Statement.ts"
import type { Column } from "../Statement.ts"

/**
 * The owner row. Born as released, so that its first Actions wake it when they are due. Answers the
 * time; nothing when there is an instance of this number.
 */
export const birth = (instance: number, nextDue: number | null): Statement.Statement => ({
  text:
    "INSERT INTO wr2.instance_owner (instance_id, lineage, released_at, next_due) " +
    "VALUES ($1, gen_random_uuid()::text, now(), $2) ON CONFLICT (instance_id) DO NOTHING " +
    "RETURNING clock_timestamp()",
  params: [Codec.int(instance), Codec.time(nextDue)]
})

/** Rows of a snapshot, a thousand or so to a part: no value grows with the instance. */
export interface Part {
  readonly seq: number
  readonly part: number
  readonly rows: ReadonlyArray<SnapshotRow>
}

/** A row as a snapshot keeps it: the value of its fields with `id`, and its runtime data. */
export interface SnapshotRow {
  readonly aggregate: string
  readonly row: unknown
  readonly runtime?: unknown
}

/** A row for the snapshot. */
export const toSnapshot = ({ ref, row, runtime }: Aggregate.Given): SnapshotRow => ({
  aggregate: ref.aggregate._tag,
  row,
  ...(runtime === undefined ? {} : { runtime })
})

const columns: ReadonlyArray<Column<Part>> = [
  { name: "seq", kind: "int", of: (p) => p.seq },
  { name: "part", kind: "int", of: (p) => p.part },
  { name: "rows", kind: "json", of: (p) => JSON.stringify(p.rows) }
]

/** Writes parts of a snapshot. */
export const snapshot = Statement.insert("snapshot", columns)
