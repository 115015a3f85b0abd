/** Locks the rows of one class, in order, skipping what somebody else holds; reads their stamps. */
import type { Aggregate } from "@wr2/core"
import * as Codec from "../Codec.ts"
import { table, type Statement } from "../Statement.ts"

/** What was wanted of one class. */
export interface Keys {
  readonly instances: Array<number>
  readonly ids: Array<number>
}

/** xmin is the stamp: the transaction that wrote the row, whoever that was. */
export const text = (aggregate: Aggregate.Any): string =>
  `SELECT o.instance_id, o.id, o.xmin FROM ${table(aggregate.table)} AS o ` +
  "JOIN unnest($1::bigint[], $2::bigint[]) AS v(instance_id, id) " +
  "ON o.instance_id = v.instance_id AND o.id = v.id " +
  "ORDER BY o.instance_id, o.id FOR NO KEY UPDATE OF o SKIP LOCKED"

/** The statement of a text of this module or of lockRuntimes. */
export const lockRows = (text: string, keys: Keys): Statement => ({
  text,
  params: [Codec.array("int", keys.instances), Codec.array("int", keys.ids)]
})
