/** A character bid for a lot: the gold of the bid is in it now. Also told to who was outbid. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Lot } from "../aggregates/Lot.ts"
import { Room } from "../aggregates/Room.ts"

export const BidPlaced = Event.define("BidPlaced", {
  fields: {
    /** As it is after it. */
    lot: Lot.Row,
    character: Character.Id,
    name: Schema.String,
    room: Room.Id
  },
  evolve: ({ character, lot }) => [
    Character.update(character, (c) => ({ ...c, gold: c.gold - lot.bid })),
    Lot.update(lot.id, () => lot)
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
