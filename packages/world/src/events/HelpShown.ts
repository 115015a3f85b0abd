/** The answer to `help`: what can be typed. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Index, Topic } from "../Topic.ts"

export const HelpShown = Event.define("HelpShown", {
  fields: {
    character: Character.Id,
    topics: Schema.Array(Topic),
    index: Schema.NullOr(Index)
  },
  heardBy: (e) => [Character.stream(e.character)]
})
