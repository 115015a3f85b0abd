/** The answer to `become`: what there is to become. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const ArchetypesShown = Event.define("ArchetypesShown", {
  fields: {
    character: Character.Id,
    archetypes: Schema.Array(
      Schema.Struct({
        name: Schema.String,
        description: Schema.String,
        skills: Schema.Array(Schema.String)
      })
    )
  },
  heardBy: (e) => [Character.stream(e.character)]
})
