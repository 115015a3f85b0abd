/** A character takes a weapon in hand. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import * as Lookup from "../content/Lookup.ts"
import { ItemWielded } from "../events/ItemWielded.ts"
import { Elsewhere, NotHere, NotWeapon } from "../Failures.ts"
import { isIn } from "../Reach.ts"

export const Wield = Action.make("Wield", { character: Character.Id, item: Item.Id })
/** Locks the character and the item. */
export const wieldRule = Wield.rule({
  emits: [ItemWielded],
  fails: [Elsewhere, NotHere, NotWeapon],
  locks: (a) => [Character.ref(a.character), Item.ref(a.item)],
  decide: (a, { content, the }) =>
    Result.gen(function* () {
      const { id, inside, name, room } = yield* the(Character, a.character)
      if (!inside) return yield* Result.fail(new Elsewhere())
      const item = yield* the(Item, a.item)
      const itemName = Lookup.itemName(content, item)
      if (!isIn(item, "character", id)) return yield* Result.fail(new NotHere({ what: itemName }))
      if (Lookup.item(content, item.template).damage === null) {
        return yield* Result.fail(new NotWeapon({ what: itemName }))
      }
      return {
        events: [ItemWielded.make({ item: item.id, itemName, character: id, name, room })]
      }
    })
})
