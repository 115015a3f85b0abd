/** A character went through a portal, as all in the room saw. What became of its rows is in CharacterSent. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"
import * as Streams from "../Streams.ts"

export const CharacterDeparted = Event.define("CharacterDeparted", {
  fields: {
    character: Character.Id,
    name: Schema.String,
    room: Room.Id,
    /** The name of the portal. */
    portal: Schema.String
  },
  heardBy: (e) => Streams.of(e.character, e.room),
  follows: (e) => Streams.goesOut(e.character, e.room)
})
