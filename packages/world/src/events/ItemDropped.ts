/** A character put an item on the ground. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Room } from "../aggregates/Room.ts"
import { letGo } from "../Changes.ts"

export const ItemDropped = Event.define("ItemDropped", {
  fields: {
    item: Item.Id,
    itemName: Schema.String,
    character: Character.Id,
    name: Schema.String,
    room: Room.Id
  },
  evolve: (e) => [
    letGo(e.character, e.item),
    Item.update(e.item, (i) => ({ ...i, holder: "room", holderId: e.room }))
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
