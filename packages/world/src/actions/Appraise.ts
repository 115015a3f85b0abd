/** A character asks what a keeper would pay for a thing. Read-only. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import * as Lookup from "../content/Lookup.ts"
import { ItemAppraised } from "../events/ItemAppraised.ts"
import { NoShop, NotHere } from "../Failures.ts"
import * as Shops from "../Shops.ts"

export const Appraise = Action.make("Appraise", { character: Character.Id, item: Item.Id })
/** Shows the offer. */
export const appraiseView = Appraise.view({
  emits: [ItemAppraised],
  fails: [NotHere, NoShop],
  view: (a, looking) =>
    Result.gen(function* () {
      const { content, projection } = looking
      const character = projection.get(Character, a.character)
      const item = projection.get(Item, a.item)
      if (character === undefined || item === undefined) {
        return yield* Result.fail(new NotHere({ what: "that" }))
      }
      const { name, shop } = yield* Shops.keeper(looking, character.room)
      const itemName = Lookup.itemName(content, item)
      const offer = Shops.offer(content, item, shop)
      return [ItemAppraised.make({ ...a, keeperName: name, itemName, offer })]
    })
})
