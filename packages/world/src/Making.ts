/** New rows from templates: items with what they contain, mobs with their loot. Chance by dice, ids from the supply. */
import type { Content, Dice } from "@wr2/core"
import { Item } from "./aggregates/Item.ts"
import type { Holder } from "./aggregates/Item.ts"
import { Mob } from "./aggregates/Mob.ts"
import type { Room } from "./aggregates/Room.ts"
import * as Lookup from "./content/Lookup.ts"

/** What making needs. */
export interface Supplies {
  readonly content: Content.Read
  readonly dice: Dice.Dice
  readonly nextId: () => number
}

/** An item of a template, and all that it contains. */
export const items = (
  { content, dice, nextId }: Supplies,
  template: string,
  holder: Holder,
  holderId: number
): ReadonlyArray<Item> => {
  const { contains, damage, gold } = Lookup.item(content, template)
  const item: Item = {
    id: Item.Id.make(nextId()),
    template,
    holder,
    holderId,
    gold,
    rolled: { name: null, damage: damage === null ? 0 : dice.between(damage.low, damage.high) }
  }
  return [
    item,
    ...contains.flatMap((inner) => items({ content, dice, nextId }, inner, "item", item.id))
  ]
}

/** So many items of a template. */
export const several = (
  supplies: Supplies,
  template: string,
  count: number,
  holder: Holder,
  holderId: number
): ReadonlyArray<Item> =>
  Array.from({ length: count }, () => items(supplies, template, holder, holderId)).flat()

/** A mob of a template, and what it carries. */
export const mob = (
  supplies: Supplies,
  options: {
    readonly template: string
    readonly spawner: string
    readonly room: Room["id"]
    readonly now: number
  }
): { readonly mob: Mob; readonly items: ReadonlyArray<Item> } => {
  const { content, dice, nextId } = supplies
  const { gold, hp, loot, shop } = Lookup.mob(content, options.template)
  const made: Mob = {
    id: Mob.Id.make(nextId()),
    template: options.template,
    spawner: options.spawner,
    room: options.room,
    hp,
    hpAt: options.now,
    gold: dice.between(gold.low, gold.high),
    fighting: null,
    fight: null,
    lasting: []
  }
  return {
    mob: made,
    items: [
      ...loot.flatMap(({ chance, item }) =>
        dice.chance(chance) ? items(supplies, item, "mob", made.id) : []
      ),
      ...(shop?.stock ?? []).flatMap(({ count, item }) =>
        several(supplies, item, count, "mob", made.id)
      )
    ]
  }
}
