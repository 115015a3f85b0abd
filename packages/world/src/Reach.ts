/** Where an item is, as seen by who reaches for it. */
import type { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "./aggregates/Character.ts"
import { type Holder, Item } from "./aggregates/Item.ts"
import * as Lookup from "./content/Lookup.ts"
import { Elsewhere, NotHere } from "./Failures.ts"

/** Whether it is in this very place. */
export const isIn = (item: Item, holder: Holder, id: number): boolean =>
  item.holder === holder && item.holderId === id

/** Whether a character carries it or stands beside it. */
export const isReachable = (item: Item, character: Character): boolean =>
  isIn(item, "room", character.room) || isIn(item, "character", character.id)

/** A character who is here, and an item that it carries, both locked; else why not. */
export const carried = (
  { content, the }: Pick<Action.Deciding, "content" | "the">,
  a: { readonly character: Character["id"]; readonly item: Item["id"] }
) =>
  Result.gen(function* () {
    const character = yield* the(Character, a.character)
    if (!character.inside) return yield* Result.fail(new Elsewhere())
    const item = yield* the(Item, a.item)
    const itemName = Lookup.itemName(content, item)
    return isIn(item, "character", character.id)
      ? { character, item, itemName }
      : yield* Result.fail(new NotHere({ what: itemName }))
  })
