/** A character put something on. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Room } from "../aggregates/Room.ts"
import { without } from "../Changes.ts"
import { Slot } from "../Slot.ts"

export const ItemWorn = Event.define("ItemWorn", {
  fields: {
    item: Item.Id,
    itemName: Schema.String,
    slot: Slot,
    character: Character.Id,
    name: Schema.String,
    room: Room.Id
  },
  evolve: (e) => [
    Character.update(e.character, (c) => {
      const bare = without(c, e.item)
      return { ...bare, worn: { ...bare.worn, [e.slot]: e.item } }
    })
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
