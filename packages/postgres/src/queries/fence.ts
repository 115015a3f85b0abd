/** Is this still the owner? The first statement of every transaction. */
import * as Codec from "../Codec.ts"
import type { Statement } from "../Statement.ts"

/**
 * Locks the owner rows that have the expected epochs, skipping what somebody else holds. On its own:
 * what shares a statement with it would see the database as it was before the wait.
 */
export const fence = (
  instances: ReadonlyArray<number>,
  epochs: ReadonlyArray<number>
): Statement => ({
  text:
    "SELECT o.instance_id FROM wr2.instance_owner AS o " +
    "JOIN unnest($1::bigint[], $2::bigint[]) AS v(instance_id, epoch) " +
    "ON o.instance_id = v.instance_id AND o.epoch = v.epoch " +
    "ORDER BY o.instance_id FOR SHARE OF o SKIP LOCKED",
  params: [Codec.array("int", instances), Codec.array("int", epochs)]
})

/** Epochs without a lock, of those that did not come back: another one is Fenced, the same is Held. */
export const epochs = (instances: ReadonlyArray<number>): Statement => ({
  text:
    "SELECT o.instance_id, o.epoch FROM wr2.instance_owner AS o " +
    "JOIN unnest($1::bigint[]) AS v(instance_id) ON o.instance_id = v.instance_id",
  params: [Codec.array("int", instances)]
})

/** The transaction's own number, which is the stamp of all it writes, and the time after the locks. */
export const clock: Statement = {
  text: "SELECT pg_current_xact_id()::xid AS stamp, clock_timestamp() AS now",
  params: []
}
