/** The answer to `inventory`: what a character carries. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Seen } from "../Sight.ts"

export const InventoryShown = Event.define("InventoryShown", {
  fields: {
    character: Character.Id,
    items: Schema.Array(Seen),
    /** The item in hand. */
    wielding: Schema.NullOr(Schema.Int),
    gold: Schema.Int
  },
  heardBy: (e) => [Character.stream(e.character)]
})
