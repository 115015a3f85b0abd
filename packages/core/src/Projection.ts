/**
 * What plans, lock sets and views may look at: an instance's rows as of its last commit (or, while
 * a cycle decides, as the Action before left them). Read only; the engine holds the writer.
 */
import type * as Aggregate from "./Aggregate.ts"

export interface Projection {
  readonly get: <A extends Aggregate.Any>(aggregate: A, id: number) => Aggregate.Row<A> | undefined
  /** The rows whose index has this key, in order of id. */
  readonly by: <A extends Aggregate.Any, Ix extends keyof A["indexes"] & string>(
    aggregate: A,
    index: Ix,
    key: string | number
  ) => ReadonlyArray<Aggregate.Row<A>>
  /** Every row of the class, in order of id: for small classes; use an index elsewhere. */
  readonly all: <A extends Aggregate.Any>(aggregate: A) => ReadonlyArray<Aggregate.Row<A>>
  /** Runtime data, undefined while its owner is not active. */
  readonly runtime: <A extends Aggregate.Any>(
    aggregate: A,
    id: number
  ) => Aggregate.RuntimeOf<A> | undefined
  /** The ids of the class whose runtime row exists: who is active. In order of id. */
  readonly active: (aggregate: Aggregate.Any) => ReadonlyArray<number>
}
