/** A character took a weapon in hand. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Room } from "../aggregates/Room.ts"
import { without } from "../Changes.ts"

export const ItemWielded = Event.define("ItemWielded", {
  fields: {
    item: Item.Id,
    itemName: Schema.String,
    character: Character.Id,
    name: Schema.String,
    room: Room.Id
  },
  evolve: (e) => [
    Character.update(e.character, (c) => ({ ...without(c, e.item), wielding: e.item }))
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
