/** Buying and selling. */
import type { GoodsListed } from "../events/GoodsListed.ts"
import type { ItemAppraised } from "../events/ItemAppraised.ts"
import type { ItemBought } from "../events/ItemBought.ts"
import type { ItemSold } from "../events/ItemSold.ts"
import type { ShopRestocked } from "../events/ShopRestocked.ts"
import { capital, coins, counted, does, You } from "./Words.ts"
import type { View } from "./Words.ts"

/** Bought; what it cost is between the two. */
export const itemBought: View<typeof ItemBought> = (e, who) => [
  `${You(e.character, e.name, who)} ${does(e.character, who, "buy", "buys")} ${e.itemName} from ${e.keeperName}${
    e.character === who.character ? ` for ${coins(e.price)}` : ""
  }.`
]
/** Sold. */
export const itemSold: View<typeof ItemSold> = (e, who) => [
  `${You(e.character, e.name, who)} ${does(e.character, who, "sell", "sells")} ${e.itemName} to ${e.keeperName}${
    e.character === who.character ? ` for ${coins(e.price)}` : ""
  }.`
]
/** In order again. */
export const shopRestocked: View<typeof ShopRestocked> = (e) => [
  `${capital(e.mobName)} sorts the shelves.`
]
/** To `list`. */
export const goodsListed: View<typeof GoodsListed> = (e) =>
  e.goods.length === 0
    ? [`${capital(e.keeperName)} has nothing left to sell.`]
    : [
        `${capital(e.keeperName)} sells:`,
        ...counted(e.goods.map(({ name, price }) => `${capital(name)}, ${coins(price)}`))
      ]
/** To `value`. */
export const itemAppraised: View<typeof ItemAppraised> = (e) => [
  e.offer === 0
    ? `${capital(e.keeperName)} does not want ${e.itemName}.`
    : `${capital(e.keeperName)} would pay ${coins(e.offer)} for ${e.itemName}.`
]
