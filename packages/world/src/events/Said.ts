/** Somebody said something to the room. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Room } from "../aggregates/Room.ts"
import { Party } from "../Party.ts"

export const Said = Event.define("Said", {
  fields: { speaker: Party, room: Room.Id, text: Schema.String },
  heardBy: (e) => [Room.stream(e.room)]
})
