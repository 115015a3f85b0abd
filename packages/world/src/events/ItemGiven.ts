/** A character gave an item to another. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Room } from "../aggregates/Room.ts"
import { letGo } from "../Changes.ts"

export const ItemGiven = Event.define("ItemGiven", {
  fields: {
    item: Item.Id,
    itemName: Schema.String,
    from: Character.Id,
    fromName: Schema.String,
    to: Character.Id,
    toName: Schema.String,
    room: Room.Id
  },
  evolve: (e) => [
    letGo(e.from, e.item),
    Item.update(e.item, (i) => ({ ...i, holder: "character", holderId: e.to }))
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
