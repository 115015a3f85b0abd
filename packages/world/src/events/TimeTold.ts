/** The answer to `time`. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const TimeTold = Event.define("TimeTold", {
  fields: {
    character: Character.Id,
    /** From 0 to 23. */
    hour: Schema.Int
  },
  heardBy: (e) => [Character.stream(e.character)]
})
