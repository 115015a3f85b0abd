/** The answer to `score`: how a character does. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { SelfSight } from "../Sight.ts"

export const ScoreShown = Event.define("ScoreShown", {
  fields: {
    self: SelfSight,
    /** Titles, in the order in which they were gained. */
    achievements: Schema.Array(Schema.String)
  },
  heardBy: (e) => [Character.stream(e.self.id)]
})
