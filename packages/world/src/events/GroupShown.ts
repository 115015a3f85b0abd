/** The answer to `group`: who is in it, and how they are. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const GroupShown = Event.define("GroupShown", {
  fields: {
    character: Character.Id,
    members: Schema.Array(
      Schema.Struct({
        id: Character.Id,
        name: Schema.String,
        level: Schema.Int,
        hp: Schema.Int,
        maxHp: Schema.Int,
        leads: Schema.Boolean
      })
    )
  },
  heardBy: (e) => [Character.stream(e.character)]
})
