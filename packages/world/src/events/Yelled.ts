/** A character yelled, and everybody in the instance heard it. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"
import * as Streams from "../Streams.ts"

export const Yelled = Event.define("Yelled", {
  fields: { character: Character.Id, name: Schema.String, room: Room.Id, text: Schema.String },
  heardBy: () => [Streams.everywhere]
})
