/** A character asks what it carries. Read-only. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { InventoryShown } from "../events/InventoryShown.ts"
import { NotHere } from "../Failures.ts"
import * as Things from "../Things.ts"

export const Inventory = Action.make("Inventory", { character: Character.Id })
/** Shows what it holds itself and does not wear; what is in a container is seen by looking at that. */
export const inventoryView = Inventory.view({
  emits: [InventoryShown],
  fails: [NotHere],
  view: (a, { content, projection }) => {
    const character = projection.get(Character, a.character)
    if (character === undefined) return Result.fail(new NotHere({ what: "you" }))
    const worn = new Set(Object.values(character.worn))
    const items = Things.items({ projection, content }, "character", a.character).filter(
      ({ id }) => !worn.has(id)
    )
    const shown = InventoryShown.make({
      character: a.character,
      items: items.map(({ id, name }) => ({ id, name })),
      wielding: character.wielding,
      gold: character.gold
    })
    return Result.succeed([shown])
  }
})
