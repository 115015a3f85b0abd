/** A character took off what it wore, or put away what it wielded. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Room } from "../aggregates/Room.ts"
import { letGo } from "../Changes.ts"

export const ItemTakenOff = Event.define("ItemTakenOff", {
  fields: {
    item: Item.Id,
    itemName: Schema.String,
    /** It was in hand. */
    wielded: Schema.Boolean,
    character: Character.Id,
    name: Schema.String,
    room: Room.Id
  },
  evolve: (e) => [letGo(e.character, e.item)],
  heardBy: (e) => [Room.stream(e.room)]
})
