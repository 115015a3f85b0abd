/** A character eats, drinks or uses something that it carries. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import * as Combat from "../Combat.ts"
import * as Lookup from "../content/Lookup.ts"
import { ItemUsed } from "../events/ItemUsed.ts"
import { Elsewhere, NotHere, NotUsable } from "../Failures.ts"
import * as Health from "../Health.ts"
import { carried } from "../Reach.ts"

export const UseItem = Action.make("UseItem", { character: Character.Id, item: Item.Id })
/** Locks the character and the item. */
export const useItemRule = UseItem.rule({
  emits: [ItemUsed],
  fails: [Elsewhere, NotHere, NotUsable],
  locks: (a) => [Character.ref(a.character), Item.ref(a.item)],
  decide: (a, deciding) =>
    Result.gen(function* () {
      const { character, item, itemName } = yield* carried(deciding, a)
      const { use } = Lookup.item(deciding.content, item.template)
      if (use === null) return yield* Result.fail(new NotUsable({ what: itemName, how: "use" }))
      const max = Combat.maxHp(character.exp)
      const before = Health.at(character, max, deciding.now)
      const used = ItemUsed.make({
        item: item.id,
        itemName,
        how: use.how,
        says: use.says,
        spent: use.spends,
        character: character.id,
        name: character.name,
        room: character.room,
        hp: use.heals === 0 ? null : Math.min(max, before + use.heals),
        at: deciding.now
      })
      return { events: [used] }
    })
})
