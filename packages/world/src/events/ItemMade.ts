/** New items came into a character's hands: items made, and the gold in them. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"

export const ItemMade = Event.define("ItemMade", {
  fields: {
    character: Character.Id,
    /** Who gives it. */
    giver: Schema.String,
    itemName: Schema.String,
    /** The item, and what it contains. */
    items: Schema.Array(Item.Row)
  },
  evolve: (e) => e.items.map((item) => Item.insert(item)),
  heardBy: (e) => [Character.stream(e.character)]
})
