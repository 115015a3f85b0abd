/** A character takes off what it wears, or puts away what it wields. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { ItemTakenOff } from "../events/ItemTakenOff.ts"
import { Elsewhere, NotHere, NotWorn } from "../Failures.ts"
import { carried } from "../Reach.ts"

export const TakeOff = Action.make("TakeOff", { character: Character.Id, item: Item.Id })
/** Locks the character and the item. */
export const takeOffRule = TakeOff.rule({
  emits: [ItemTakenOff],
  fails: [Elsewhere, NotHere, NotWorn],
  locks: (a) => [Character.ref(a.character), Item.ref(a.item)],
  decide: (a, deciding) =>
    Result.gen(function* () {
      const { character, itemName } = yield* carried(deciding, a)
      const { name, room, wielding, worn } = character
      const wielded = wielding === a.item
      if (!wielded && !Object.values(worn).includes(a.item)) {
        return yield* Result.fail(new NotWorn({ what: itemName }))
      }
      return { events: [ItemTakenOff.make({ ...a, itemName, wielded, name, room })] }
    })
})
