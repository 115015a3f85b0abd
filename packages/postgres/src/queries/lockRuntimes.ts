/**
 * Locks the runtime rows of one class, after their owners: a join would return them as they were
 * before the owners' locks.
 */
import type { Aggregate } from "@wr2/core"
import { table } from "../Statement.ts"

/**
 * One row for each that was locked, and a last one (instance_id null) whose `id` is how many there
 * are: only a difference has to be looked into, as most rows without a runtime row simply have none.
 * Parameters as those of lockRows.
 */
export const text = (aggregate: Aggregate.Any): string => {
  const name = table(aggregate.runtime.table)
  const wanted =
    `FROM ${name} AS o JOIN unnest($1::bigint[], $2::bigint[]) AS v(instance_id, id) ` +
    "ON o.instance_id = v.instance_id AND o.id = v.id"
  return (
    "WITH locked AS (SELECT o.instance_id, o.id, o.xmin AS stamp, o.cache_dirty, " +
    `o.data->'_cache_version' AS cache_version ${wanted} ` +
    "ORDER BY o.instance_id, o.id FOR NO KEY UPDATE OF o SKIP LOCKED) " +
    "SELECT instance_id, id, stamp, cache_dirty, cache_version FROM locked " +
    `UNION ALL SELECT NULL, count(*), NULL, NULL, NULL ${wanted}`
  )
}
