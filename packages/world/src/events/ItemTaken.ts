/** A character took an item from the ground or out of a container. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Room } from "../aggregates/Room.ts"

export const ItemTaken = Event.define("ItemTaken", {
  fields: {
    item: Item.Id,
    itemName: Schema.String,
    character: Character.Id,
    name: Schema.String,
    room: Room.Id,
    /** The name of the container. */
    from: Schema.NullOr(Schema.String)
  },
  evolve: (e) => [
    Item.update(e.item, (i) => ({ ...i, holder: "character", holderId: e.character }))
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
