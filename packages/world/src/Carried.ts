/** What somebody carries, or a container holds: the rows to lock with it. */
import type { Action, Aggregate, Projection } from "@wr2/core"
import { heldBy, Item } from "./aggregates/Item.ts"
import type { Holder } from "./aggregates/Item.ts"

/** The items held, without what is in them. */
export const held = (
  projection: Projection,
  holder: Holder,
  id: number
): ReadonlyArray<Aggregate.Ref> =>
  projection.by(Item, "holder", heldBy(holder, id)).map((item) => Item.ref(item.id))

/** The items held and, however deep, what is in them. */
export const deep = (
  projection: Projection,
  holder: Holder,
  id: number
): ReadonlyArray<Aggregate.Ref> =>
  projection
    .by(Item, "holder", heldBy(holder, id))
    .flatMap((item) => [Item.ref(item.id), ...deep(projection, "item", item.id)])

/** The locked rows of `deep`. */
export const deepRows = (
  every: Action.Deciding["every"],
  holder: Holder,
  id: number
): ReadonlyArray<Item> =>
  every(Item, "holder", heldBy(holder, id)).flatMap((item) => [
    item,
    ...deepRows(every, "item", item.id)
  ])

/** How many things somebody carries. */
export const count = (every: Action.Deciding["every"], character: number): number =>
  every(Item, "holder", heldBy("character", character)).length
