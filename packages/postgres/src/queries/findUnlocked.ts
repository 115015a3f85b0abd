/**
 * Looks up, without a lock, what did not come back from the locks: found means that somebody holds
 * it, not found that it is not there. Sent only then.
 */
import type { Aggregate } from "@wr2/core"
import * as Codec from "../Codec.ts"
import { table, type Statement } from "../Statement.ts"
import type { Keys } from "./lockRows.ts"

/** Which of its tables: the row's, or the runtime row's. */
export type Which = "row" | "runtime"

const text = (aggregate: Aggregate.Any, which: Which): string =>
  `SELECT o.instance_id, o.id FROM ${table(which === "row" ? aggregate.table : aggregate.runtime.table)} AS o ` +
  "JOIN unnest($1::bigint[], $2::bigint[]) AS v(instance_id, id) " +
  "ON o.instance_id = v.instance_id AND o.id = v.id"

/** Which of these keys there are. */
export const findUnlocked = (aggregate: Aggregate.Any, which: Which, keys: Keys): Statement => ({
  text: text(aggregate, which),
  params: [Codec.array("int", keys.instances), Codec.array("int", keys.ids)]
})
