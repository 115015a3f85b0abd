/** A character puts an item on the ground. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import * as Lookup from "../content/Lookup.ts"
import { ItemDropped } from "../events/ItemDropped.ts"
import { Elsewhere, NotHere } from "../Failures.ts"
import { isIn } from "../Reach.ts"

export const DropItem = Action.make("DropItem", { character: Character.Id, item: Item.Id })
/** Locks the character and the item. */
export const dropItemRule = DropItem.rule({
  emits: [ItemDropped],
  fails: [Elsewhere, NotHere],
  locks: (a) => [Character.ref(a.character), Item.ref(a.item)],
  decide: (a, { content, the }) =>
    Result.gen(function* () {
      const { id, inside, name, room } = yield* the(Character, a.character)
      if (!inside) return yield* Result.fail(new Elsewhere())
      const item = yield* the(Item, a.item)
      const itemName = Lookup.itemName(content, item)
      if (!isIn(item, "character", id)) return yield* Result.fail(new NotHere({ what: itemName }))
      return {
        events: [ItemDropped.make({ item: item.id, itemName, character: id, name, room })]
      }
    })
})
