/** A character asks what a keeper sells. Read-only. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { GoodsListed } from "../events/GoodsListed.ts"
import { NoShop, NotHere } from "../Failures.ts"
import * as Shops from "../Shops.ts"
import * as Things from "../Things.ts"

export const ListGoods = Action.make("ListGoods", { character: Character.Id })
/** Shows each thing with its price. */
export const listGoodsView = ListGoods.view({
  emits: [GoodsListed],
  fails: [NotHere, NoShop],
  view: ({ character }, looking) =>
    Result.gen(function* () {
      const row = looking.projection.get(Character, character)
      if (row === undefined) return yield* Result.fail(new NotHere({ what: "you" }))
      const { id, name, shop } = yield* Shops.keeper(looking, row.room)
      const goods = Things.items(looking, "mob", id).map((thing) => ({
        name: thing.name,
        price: Shops.price(looking.content, thing.row, shop)
      }))
      return [GoodsListed.make({ character, keeperName: name, goods })]
    })
})
