/** A character puts an item on the ground. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { ItemDropped } from "../events/ItemDropped.ts"
import { Elsewhere, NotHere } from "../Failures.ts"
import * as Ground from "../Ground.ts"
import { carried } from "../Reach.ts"

export const DropItem = Action.make("DropItem", { character: Character.Id, item: Item.Id })
/** Locks the character, the item and the ground. */
export const dropItemRule = DropItem.rule({
  emits: [ItemDropped],
  fails: [Elsewhere, NotHere],
  locks: (a, { projection }) => [
    Character.ref(a.character),
    Item.ref(a.item),
    ...Ground.under(projection, a.character)
  ],
  decide: (a, deciding) =>
    Result.gen(function* () {
      const { character, itemName } = yield* carried(deciding, a)
      return {
        events: [ItemDropped.make({ ...a, itemName, name: character.name, room: character.room })]
      }
    })
})
