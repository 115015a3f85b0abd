/** A character puts on something that it carries. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import * as Lookup from "../content/Lookup.ts"
import { ItemWorn } from "../events/ItemWorn.ts"
import { Elsewhere, NotHere, NotWearable, SlotTaken } from "../Failures.ts"
import { carried } from "../Reach.ts"

export const Wear = Action.make("Wear", { character: Character.Id, item: Item.Id })
/** Locks the character and the item. */
export const wearRule = Wear.rule({
  emits: [ItemWorn],
  fails: [Elsewhere, NotHere, NotWearable, SlotTaken],
  locks: (a) => [Character.ref(a.character), Item.ref(a.item)],
  decide: (a, deciding) =>
    Result.gen(function* () {
      const { character, item, itemName } = yield* carried(deciding, a)
      const { slot } = Lookup.item(deciding.content, item.template)
      if (slot === null) return yield* Result.fail(new NotWearable({ what: itemName }))
      if (character.worn[slot] !== undefined) return yield* Result.fail(new SlotTaken({ slot }))
      const { name, room } = character
      return { events: [ItemWorn.make({ ...a, itemName, slot, name, room })] }
    })
})
