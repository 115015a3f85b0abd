/**
 * Items and gold are conserved: each is in one place, and totals change only by the Events named
 * here, by just so much. What is on its way between instances is in the Event that sent it.
 */
import type { Projection } from "@wr2/core"
import { Character } from "./aggregates/Character.ts"
import { Item } from "./aggregates/Item.ts"
import { Mob } from "./aggregates/Mob.ts"
import type { WorldEvent } from "./Events.ts"

/** An amount of gold, and a number of items (piles of coins and corpses are items). */
export interface Holdings {
  readonly gold: number
  readonly items: number
}

const nothing: Holdings = { gold: 0, items: 0 }
const goldOf = (rows: ReadonlyArray<{ readonly gold: number }>): number =>
  rows.reduce((sum, { gold }) => sum + gold, 0)

/** All that an instance holds. */
export const held = (projection: Projection): Holdings => ({
  gold: goldOf([...projection.all(Character), ...projection.all(Mob), ...projection.all(Item)]),
  items: projection.all(Item).length
})

/** What an Event makes (or, negative, destroys) in its instance. */
export const made = (event: WorldEvent): Holdings => {
  switch (event._tag) {
    case "CharacterCreated":
      return { gold: event.character.gold, items: 0 }
    case "ItemMade":
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
    case "CharacterSent":
      return { gold: -goldOf([event.character, ...event.items]), items: -event.items.length }
    case "CharacterReceived":
      return { gold: goldOf([event.character, ...event.items]), items: event.items.length }
    default:
      return nothing
  }
}
