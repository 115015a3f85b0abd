/** Shops: who keeps one, what things cost there and fetch. */
import type { Content } from "@wr2/core"
import { Result } from "effect"
import type { Character } from "./aggregates/Character.ts"
import type { Item } from "./aggregates/Item.ts"
import type { Mob } from "./aggregates/Mob.ts"
import * as Lookup from "./content/Lookup.ts"
import type { Shop } from "./content/World.ts"
import { Elsewhere, NoShop } from "./Failures.ts"
import * as Things from "./Things.ts"

/** What a keeper asks for a thing: its worth and more, rounded up. */
export const price = (content: Content.Read, item: Item, { markup }: Shop): number =>
  Math.max(1, Math.ceil((Lookup.item(content, item.template).worth * markup) / 100))

/** What a keeper pays for a thing: less than its worth, rounded down; 0: it wants none. */
export const offer = (content: Content.Read, item: Item, { pays }: Shop): number =>
  Math.floor((Lookup.item(content, item.template).worth * pays) / 100)

/** A mob that keeps a shop. */
export interface Keeper extends Things.MobThing {
  readonly shop: Shop
}

/** Who keeps shop in a room. */
export const keeper = (look: Things.Look, room: number): Result.Result<Keeper, NoShop> => {
  for (const thing of Things.mobs(look, room)) {
    const { shop } = Lookup.mob(look.content, thing.row.template)
    if (shop !== null) return Result.succeed({ ...thing, shop })
  }
  return Result.fail(new NoShop())
}

/** The shop of a locked keeper, for a customer who stands before it. */
export const open = (
  content: Content.Read,
  character: Character,
  mob: Mob
): Result.Result<{ readonly shop: Shop; readonly name: string }, Elsewhere | NoShop> => {
  if (!character.inside) return Result.fail(new Elsewhere())
  const { name, shop } = Lookup.mob(content, mob.template)
  return shop === null || mob.room !== character.room
    ? Result.fail(new NoShop())
    : Result.succeed({ shop, name })
}
