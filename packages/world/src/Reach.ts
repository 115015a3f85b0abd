/** Where an item is, as seen by who reaches for it. */
import type { Character } from "./aggregates/Character.ts"
import type { Holder, Item } from "./aggregates/Item.ts"

/** Whether it is in this very place. */
export const isIn = (item: Item, holder: Holder, id: number): boolean =>
  item.holder === holder && item.holderId === id

/** Whether a character carries it or stands beside it. */
export const isReachable = (item: Item, character: Character): boolean =>
  isIn(item, "room", character.room) || isIn(item, "character", character.id)
