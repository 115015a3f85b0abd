/** A character told its group something. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const GroupTold = Event.define("GroupTold", {
  fields: {
    character: Character.Id,
    name: Schema.String,
    text: Schema.String,
    members: Schema.Array(Character.Id)
  },
  heardBy: (e) => e.members.map((id) => Character.stream(id))
})
