/** A room's trigger spoke to who came in. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"

export const Greeted = Event.define("Greeted", {
  fields: {
    room: Room.Id,
    speaker: Schema.String,
    text: Schema.String,
    character: Character.Id,
    name: Schema.String
  },
  heardBy: (e) => [Room.stream(e.room)]
})
