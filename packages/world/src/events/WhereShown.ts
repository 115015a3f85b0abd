/** The answer to `where`: this room and place, and where the others in it are. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const WhereShown = Event.define("WhereShown", {
  fields: {
    character: Character.Id,
    room: Schema.String,
    place: Schema.String,
    persons: Schema.Array(Schema.Struct({ name: Schema.String, room: Schema.String })),
    /** How many more there are than are listed. */
    more: Schema.Int
  },
  heardBy: (e) => [Character.stream(e.character)]
})
