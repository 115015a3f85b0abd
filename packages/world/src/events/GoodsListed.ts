/** The answer to `list`: what a keeper sells. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const GoodsListed = Event.define("GoodsListed", {
  fields: {
    character: Character.Id,
    keeperName: Schema.String,
    /** One for each thing. */
    goods: Schema.Array(Schema.Struct({ name: Schema.String, price: Schema.Int }))
  },
  heardBy: (e) => [Character.stream(e.character)]
})
