/** A character tried to run from a fight and could not. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"

export const FleeFailed = Event.define("FleeFailed", {
  fields: { character: Character.Id, name: Schema.String, room: Room.Id },
  heardBy: (e) => [Room.stream(e.room)]
})
