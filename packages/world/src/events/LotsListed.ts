/** The answer to `auctions`. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Lot } from "../aggregates/Lot.ts"

export const LotsListed = Event.define("LotsListed", {
  fields: {
    character: Character.Id,
    lots: Schema.Array(
      Schema.Struct({
        lot: Lot.Id,
        itemName: Schema.String,
        /** The least that the next bid has to be. */
        next: Schema.Int,
        bidderName: Schema.NullOr(Schema.String),
        /** Until it ends. */
        seconds: Schema.Int
      })
    )
  },
  heardBy: (e) => [Character.stream(e.character)]
})
