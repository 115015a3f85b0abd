/** A character showed the room what it does or feels. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"

export const Emoted = Event.define("Emoted", {
  fields: { character: Character.Id, name: Schema.String, room: Room.Id, text: Schema.String },
  heardBy: (e) => [Room.stream(e.room)]
})
