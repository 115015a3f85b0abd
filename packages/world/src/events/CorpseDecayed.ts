/** A corpse rotted away with all that was left in it: items and gold destroyed. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Item } from "../aggregates/Item.ts"
import { Room } from "../aggregates/Room.ts"

export const CorpseDecayed = Event.define("CorpseDecayed", {
  fields: {
    corpse: Item.Id,
    corpseName: Schema.String,
    room: Room.Id,
    /** What was in it, however deep. */
    items: Schema.Array(Item.Id),
    /** The gold in it and in them. */
    gold: Schema.Int
  },
  evolve: (e) => [Item.remove(e.corpse), ...e.items.map((id) => Item.remove(id))],
  heardBy: (e) => [Room.stream(e.room)]
})
