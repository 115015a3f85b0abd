/** The answer to `skills`: what one can do, or will. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const SkillsShown = Event.define("SkillsShown", {
  fields: {
    character: Character.Id,
    /** Null: it has not become anything. */
    archetype: Schema.NullOr(Schema.String),
    /** What they cost, and how much there is of it. */
    resource: Schema.String,
    energy: Schema.Int,
    max: Schema.Int,
    skills: Schema.Array(
      Schema.Struct({
        name: Schema.String,
        verb: Schema.String,
        description: Schema.String,
        level: Schema.Int,
        cost: Schema.Int,
        /** Seconds until it can be used; 0: now. */
        wait: Schema.Int
      })
    )
  },
  heardBy: (e) => [Character.stream(e.character)]
})
