/** The answer to `consider`: how a fight would go. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const Considered = Event.define("Considered", {
  fields: {
    character: Character.Id,
    mobName: Schema.String,
    /** 100: as it may be; 200: twice as well for the character. */
    odds: Schema.Int
  },
  heardBy: (e) => [Character.stream(e.character)]
})
