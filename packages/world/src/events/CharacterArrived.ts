/** A character came from another instance, as all in the room saw. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"
import * as Streams from "../Streams.ts"

export const CharacterArrived = Event.define("CharacterArrived", {
  fields: { character: Character.Id, name: Schema.String, room: Room.Id },
  heardBy: (e) => Streams.of(e.character, e.room),
  follows: (e) => Streams.comesIn(e.character, e.room)
})
