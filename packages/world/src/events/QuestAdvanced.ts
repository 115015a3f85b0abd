/** A quest is further than before: told to whom it was given. What is kept of it is in FeatsKept. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const QuestAdvanced = Event.define("QuestAdvanced", {
  fields: {
    character: Character.Id,
    /** Slug. */
    quest: Schema.String,
    title: Schema.String,
    count: Schema.Int,
    of: Schema.Int
  },
  heardBy: (e) => [Character.stream(e.character)]
})
