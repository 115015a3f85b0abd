/** A character asks what it wears and wields. Read-only. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { armourOf } from "../Equipment.ts"
import { EquipmentShown } from "../events/EquipmentShown.ts"
import { NotHere } from "../Failures.ts"
import * as Sight from "../Sight.ts"

export const Equipment = Action.make("Equipment", { character: Character.Id })
/** Shows it from the hand to the feet. */
export const equipmentView = Equipment.view({
  emits: [EquipmentShown],
  fails: [NotHere],
  view: (a, look) => {
    const character = look.projection.get(Character, a.character)
    if (character === undefined) return Result.fail(new NotHere({ what: "you" }))
    const armour = armourOf(character, look.content, (id) => look.projection.get(Item, id))
    const worn = Sight.worn(character, look)
    return Result.succeed([EquipmentShown.make({ character: a.character, worn, armour })])
  }
})
