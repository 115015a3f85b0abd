/** The answer to `value`: what a keeper would pay for a thing. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"

export const ItemAppraised = Event.define("ItemAppraised", {
  fields: {
    character: Character.Id,
    item: Item.Id,
    itemName: Schema.String,
    keeperName: Schema.String,
    /** 0: nothing at all. */
    offer: Schema.Int
  },
  heardBy: (e) => [Character.stream(e.character)]
})
