/** A character sells a thing to a keeper, for as much as that one has. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import { ItemSold } from "../events/ItemSold.ts"
import { CannotPay, Elsewhere, NoShop, NotHere, Worthless } from "../Failures.ts"
import { carried } from "../Reach.ts"
import * as Shops from "../Shops.ts"

export const Sell = Action.make("Sell", { character: Character.Id, keeper: Mob.Id, item: Item.Id })
/** Locks all three. */
export const sellRule = Sell.rule({
  emits: [ItemSold],
  fails: [Elsewhere, NotHere, NoShop, Worthless, CannotPay],
  locks: (a) => [Character.ref(a.character), Mob.ref(a.keeper), Item.ref(a.item)],
  decide: (a, deciding) =>
    Result.gen(function* () {
      const { content, the } = deciding
      const { character, item, itemName } = yield* carried(deciding, a)
      const keeper = yield* the(Mob, a.keeper)
      const { name: keeperName, shop } = yield* Shops.open(content, character, keeper)
      const price = Shops.offer(content, item, shop)
      if (price === 0) return yield* Result.fail(new Worthless({ who: keeperName, what: itemName }))
      if (keeper.gold < price) return yield* Result.fail(new CannotPay({ who: keeperName, price }))
      const { name, room } = character
      return { events: [ItemSold.make({ ...a, keeperName, itemName, name, room, price })] }
    })
})
