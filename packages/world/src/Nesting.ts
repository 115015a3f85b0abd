/** Things in things: the containers around an item, and how many may be one in the other. */
import type { Action, Aggregate, Projection } from "@wr2/core"
import { Result } from "effect"
import type { Character } from "./aggregates/Character.ts"
import { heldBy, Item } from "./aggregates/Item.ts"
import * as Lookup from "./content/Lookup.ts"
import { isReachable } from "./Reach.ts"

/** So many containers may be one in the other: what somebody carries has a bound, however it is packed. */
export const deepest = 4

/** An item and the containers around it: the rows to lock for whoever reaches for it. */
export const refs = (projection: Projection, id: Item["id"]): ReadonlyArray<Aggregate.Ref> => {
  const found: Array<Aggregate.Ref> = [Item.ref(id)]
  let row = projection.get(Item, id)
  while (row !== undefined && row.holder === "item") {
    found.push(Item.ref(row.holderId))
    row = projection.get(Item, row.holderId)
  }
  return found
}

/** The locked rows of `refs`, from the item outwards. */
export const outwards = (the: Action.Deciding["the"], item: Item) =>
  Result.gen(function* () {
    const found = [item]
    let outermost = item
    while (outermost.holder === "item") {
      outermost = yield* the(Item, outermost.holderId)
      found.push(outermost)
    }
    return found
  })

/** Whether a character carries an item or stands beside it, or beside what it lies in, however deep. */
export const isWithinReach = (the: Action.Deciding["the"], item: Item, character: Character) =>
  Result.map(outwards(the, item), (found) => isReachable(found.at(-1)!, character))

/** How many containers are one in the other: none of a thing that is no container. All of it is locked. */
export const depth = (
  { content, every }: Pick<Action.Deciding, "content" | "every">,
  item: Item
): number =>
  Lookup.item(content, item.template).container
    ? 1 +
      Math.max(
        0,
        ...every(Item, "holder", heldBy("item", item.id)).map((inner) =>
          depth({ content, every }, inner)
        )
      )
    : 0
