/** The answer to a look at a part of a room. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const DetailViewed = Event.define("DetailViewed", {
  fields: { character: Character.Id, description: Schema.String },
  heardBy: (e) => [Character.stream(e.character)]
})
