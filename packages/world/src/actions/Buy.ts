/** A character buys a thing of a keeper's goods. Of two who want the last one, one gets it. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import * as Carried from "../Carried.ts"
import * as Lookup from "../content/Lookup.ts"
import { World } from "../content/World.ts"
import { ItemBought } from "../events/ItemBought.ts"
import { Elsewhere, NoShop, SoldOut, TooMuch, TooPoor } from "../Failures.ts"
import { unlessGone } from "../Found.ts"
import { isIn } from "../Reach.ts"
import * as Shops from "../Shops.ts"

export const Buy = Action.make("Buy", { character: Character.Id, keeper: Mob.Id, item: Item.Id })
/** Locks what the buyer carries as well: nobody carries more than so much. */
export const buyRule = Buy.rule({
  emits: [ItemBought],
  fails: [Elsewhere, NoShop, SoldOut, TooPoor, TooMuch],
  locks: (a, { projection }) => [
    Character.ref(a.character),
    Mob.ref(a.keeper),
    Item.ref(a.item),
    ...Carried.held(projection, "character", a.character)
  ],
  decide: (a, { content, every, the }) =>
    Result.gen(function* () {
      const character = yield* the(Character, a.character)
      const keeper = yield* the(Mob, a.keeper)
      const { name: keeperName, shop } = yield* Shops.open(content, character, keeper)
      const item = yield* unlessGone(the(Item, a.item))
      if (item === undefined || !isIn(item, "mob", keeper.id)) {
        return yield* Result.fail(new SoldOut({ who: keeperName }))
      }
      const price = Shops.price(content, item, shop)
      if (character.gold < price) return yield* Result.fail(new TooPoor({ has: character.gold }))
      const max = content(World).settings.carry
      if (Carried.count(every, character.id) >= max) {
        return yield* Result.fail(new TooMuch({ who: "you", max }))
      }
      const { name, room } = character
      const itemName = Lookup.itemName(content, item)
      return { events: [ItemBought.make({ ...a, keeperName, itemName, name, room, price })] }
    })
})
