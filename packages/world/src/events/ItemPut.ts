/** A character put an item into a container. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Room } from "../aggregates/Room.ts"
import { letGo } from "../Changes.ts"

export const ItemPut = Event.define("ItemPut", {
  fields: {
    item: Item.Id,
    itemName: Schema.String,
    container: Item.Id,
    containerName: Schema.String,
    character: Character.Id,
    name: Schema.String,
    room: Room.Id
  },
  evolve: (e) => [
    letGo(e.character, e.item),
    Item.update(e.item, (i) => ({ ...i, holder: "item", holderId: e.container }))
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
