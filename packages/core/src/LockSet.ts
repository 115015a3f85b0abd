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

/** Refs to be asked whether they hold one. */
export class Refs {
  private readonly classes = new Map<string, Set<number>>()

  constructor(refs: Iterable<Aggregate.Ref> = []) {
    for (const { aggregate, id } of refs) this.add(aggregate, id)
  }

  has(aggregate: Aggregate.Any, id: number): boolean {
    return this.classes.get(aggregate._tag)?.has(id) === true
  }

  /** False: it was there already. */
  add(aggregate: Aggregate.Any, id: number): boolean {
    const ids = this.classes.get(aggregate._tag)
    if (ids === undefined) {
      this.classes.set(aggregate._tag, new Set([id]))
      return true
    }
    return ids.size < ids.add(id).size
  }
}

/** The union of refs, each once, in the one order. */
export const make = (refs: Iterable<Aggregate.Ref>): LockSet => {
  const seen = new Refs()
  const all: Array<Aggregate.Ref> = []
  for (const ref of refs) if (seen.add(ref.aggregate, ref.id)) all.push(ref)
  return all.sort(order)
}
