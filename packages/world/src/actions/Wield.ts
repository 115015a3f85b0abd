/** A character takes a weapon in hand. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import * as Lookup from "../content/Lookup.ts"
import { ItemWielded } from "../events/ItemWielded.ts"
import { Elsewhere, NotHere, NotWeapon } from "../Failures.ts"
import { carried } from "../Reach.ts"

export const Wield = Action.make("Wield", { character: Character.Id, item: Item.Id })
/** Locks the character and the item. */
export const wieldRule = Wield.rule({
  emits: [ItemWielded],
  fails: [Elsewhere, NotHere, NotWeapon],
  locks: (a) => [Character.ref(a.character), Item.ref(a.item)],
  decide: (a, deciding) =>
    Result.gen(function* () {
      const { character, item, itemName } = yield* carried(deciding, a)
      if (Lookup.item(deciding.content, item.template).damage === null) {
        return yield* Result.fail(new NotWeapon({ what: itemName }))
      }
      return {
        events: [ItemWielded.make({ ...a, itemName, name: character.name, room: character.room })]
      }
    })
})
