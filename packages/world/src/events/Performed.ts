/** A script showed something to all in the room. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Room } from "../aggregates/Room.ts"

export const Performed = Event.define("Performed", {
  fields: {
    room: Room.Id,
    /** Who says or does it; null: nobody in particular. */
    speaker: Schema.NullOr(Schema.String),
    how: Schema.Literals(["say", "emote", "echo"]),
    text: Schema.String
  },
  heardBy: (e) => [Room.stream(e.room)]
})
