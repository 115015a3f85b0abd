/**
 * The one lock order: rank, then id. A lock set is sorted and without doubles, so that every
 * transaction takes its locks in the same order and none waits in a circle.
 */
import type * as Aggregate from "./Aggregate.ts"

export type LockSet = ReadonlyArray<Aggregate.Ref>

/** Lower rank first, then table name (two classes may share a rank), then id. */
export const order = (a: Aggregate.Ref, b: Aggregate.Ref): number =>
  a.aggregate.rank - b.aggregate.rank ||
  (a.aggregate._tag < b.aggregate._tag ? -1 : a.aggregate._tag > b.aggregate._tag ? 1 : 0) ||
  a.id - b.id

/** The text that names a ref: `Room:12`. */
export const key = (ref: Aggregate.Ref): string => `${ref.aggregate._tag}:${ref.id}`

/** The union of refs, each once, in the one order. */
export const make = (refs: Iterable<Aggregate.Ref>): LockSet => {
  const seen = new Map<string, Aggregate.Ref>()
  for (const ref of refs) {
    const name = key(ref)
    if (!seen.has(name)) seen.set(name, ref)
  }
  return [...seen.values()].sort(order)
}
