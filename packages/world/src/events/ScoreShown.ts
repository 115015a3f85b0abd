/** The answer to `score`: how a character does. */
import { Event } from "@wr2/core"
import { Character } from "../aggregates/Character.ts"
import { SelfSight } from "../Sight.ts"

export const ScoreShown = Event.define("ScoreShown", {
  fields: { self: SelfSight },
  heardBy: (e) => [Character.stream(e.self.id)]
})
