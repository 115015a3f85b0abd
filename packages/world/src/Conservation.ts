/**
 * Items and gold are conserved: each is in one place, and totals change only by the Events named
 * here, by just so much. What is on its way between instances is in the Event that sent it.
 */
import type { Projection } from "@wr2/core"
import { Character } from "./aggregates/Character.ts"
import { Item } from "./aggregates/Item.ts"
import { Lot } from "./aggregates/Lot.ts"
import { Mob } from "./aggregates/Mob.ts"
import type { WorldEvent } from "./Events.ts"
import * as Lots from "./Lots.ts"

/** An amount of gold, and a number of items (piles of coins and corpses are items). */
export type Holdings = { readonly gold: number; readonly items: number }

const nothing: Holdings = { gold: 0, items: 0 }
const goldOf = (rows: ReadonlyArray<{ readonly gold: number }>): number =>
  rows.reduce((sum, { gold }) => sum + gold, 0)

type Purse = { readonly gold: number }

/** What one row holds. */
export const holds = (aggregate: string, row: Purse | Lot): Holdings => {
  switch (aggregate) {
    case Character._tag:
    case Mob._tag:
      return { gold: (row as Purse).gold, items: 0 }
    case Item._tag:
      return { gold: (row as Purse).gold, items: 1 }
    case Lot._tag:
      return { gold: Lots.gold(row as Lot), items: 0 }
    default:
      return nothing
  }
}

/** All that an instance holds. */
export const held = (projection: Projection): Holdings => {
  const all = [Character, Mob, Item, Lot].flatMap((aggregate) =>
    projection.all(aggregate).map((row) => holds(aggregate._tag, row))
  )
  return { gold: goldOf(all), items: all.reduce((sum, { items }) => sum + items, 0) }
}

/** What a traveller takes along. */
export const carried = (character: Character, items: ReadonlyArray<Item>): Holdings => ({
  gold: goldOf([character, ...items]),
  items: items.length
})

/** What an Event makes (or, negative, destroys) in its instance. */
export const made = (event: WorldEvent): Holdings => {
  switch (event._tag) {
    case "CharacterCreated":
      return { gold: event.character.gold, items: 0 }
    case "ItemMade":
    case "ItemsAppeared":
    case "InstanceReshaped":
      return { gold: goldOf(event.items), items: event.items.length }
    case "MobsSpawned":
      return { gold: goldOf([...event.mobs, ...event.items]), items: event.items.length }
    // A corpse and a pile of coins are new items; the gold in them was somebody's.
    case "MobDied":
      return { gold: 0, items: 1 }
    case "CharacterDied":
      return { gold: 0, items: event.corpse === null ? 0 : 1 }
    case "GoldDropped":
      return { gold: 0, items: 1 }
    case "GoldTaken":
      return { gold: 0, items: event.pile ? -1 : 0 }
    case "CorpseDecayed":
      return { gold: -event.gold, items: -1 - event.items.length }
    case "ItemUsed":
      return { gold: 0, items: event.spent ? -1 : 0 }
    case "MobSummoned":
      return { gold: goldOf([event.mob, ...event.items]), items: event.items.length }
    case "CopyTornDown":
      return { gold: -event.gold, items: -event.items.length }
    case "QuestDone":
      return {
        gold: event.gold + goldOf(event.made) - event.broughtGold,
        items: event.made.length - event.brought.length
      }
    case "ShopRestocked":
      return {
        gold: goldOf(event.made) - event.goneGold + event.purse,
        items: event.made.length - event.gone.length
      }
    case "CharacterSent":
      return {
        gold: -carried(event.character, event.items).gold,
        items: -carried(event.character, event.items).items
      }
    case "CharacterReceived":
      return carried(event.character, event.items)
    default:
      return nothing
  }
}
