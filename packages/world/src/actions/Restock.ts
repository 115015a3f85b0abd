/** A keeper has its goods and its purse as they should be again: what lacks is made, what is too much goes. */
import { Action } from "@wr2/core"
import type { Content, Dice } from "@wr2/core"
import { Result } from "effect"
import { heldBy, Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import * as Carried from "../Carried.ts"
import * as Lookup from "../content/Lookup.ts"
import type { Shop } from "../content/World.ts"
import { ShopRestocked } from "../events/ShopRestocked.ts"
import { unlessGone } from "../Found.ts"
import * as Making from "../Making.ts"

/** Wakes nobody: nobody buys where no one is. */
export const Restock = Action.make("Restock", { mob: Mob.Id }, { wakes: false })
/** Locks the keeper and all that it holds, however deep. */
export const restockRule = Restock.rule({
  emits: [ShopRestocked],
  locks: (a, { projection }) => [Mob.ref(a.mob), ...Carried.deep(projection, "mob", a.mob)],
  decide: (a, { content, dice, every, ids, the }) =>
    Result.gen(function* () {
      const keeper = yield* unlessGone(the(Mob, a.mob))
      if (keeper === undefined) return {}
      const { gold, name, shop } = Lookup.mob(content, keeper.template)
      if (shop === null) return {}
      const next = [Restock.make(a, { every: shop.restock * 1_000 })]
      const held = every(Item, "holder", heldBy("mob", keeper.id))
      const surplus = tooMuch(held, shop)
      const gone = surplus.flatMap((item) => [item, ...Carried.deepRows(every, "item", item.id)])
      const made = lacking({ content, dice, nextId: () => ids.next(Item) }, held, shop, keeper.id)
      const purse = gold.high - keeper.gold
      if (gone.length === 0 && made.length === 0 && purse === 0) return { next }
      const restocked = ShopRestocked.make({
        mob: keeper.id,
        mobName: name,
        room: keeper.room,
        made,
        gone: gone.map(({ id }) => id),
        goneGold: gone.reduce((sum, item) => sum + item.gold, 0),
        purse
      })
      return { events: [restocked], next }
    })
})

/** Of each kind no more than there should be; of what is no stock, nothing. */
const tooMuch = (held: ReadonlyArray<Item>, { stock }: Shop): ReadonlyArray<Item> => {
  const left = new Map(stock.map(({ count, item }) => [item, count]))
  return held.filter(({ template }) => {
    const room = left.get(template) ?? 0
    left.set(template, room - 1)
    return room <= 0
  })
}

const lacking = (
  supplies: {
    readonly content: Content.Read
    readonly dice: Dice.Dice
    readonly nextId: () => number
  },
  held: ReadonlyArray<Item>,
  { stock }: Shop,
  keeper: Mob["id"]
): ReadonlyArray<Item> =>
  stock.flatMap(({ count, item }) => {
    const missing = count - held.filter(({ template }) => template === item).length
    return Making.several(supplies, item, Math.max(0, missing), "mob", keeper)
  })
