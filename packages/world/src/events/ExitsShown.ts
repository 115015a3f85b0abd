/** The answer to `exits`, and to a look along a way: where it leads. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { WaySight } from "../Sight.ts"

export const ExitsShown = Event.define("ExitsShown", {
  fields: { character: Character.Id, exits: Schema.Array(WaySight) },
  heardBy: (e) => [Character.stream(e.character)]
})
