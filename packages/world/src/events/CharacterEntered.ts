/** A player took up its character, which now stands in its room for all to see. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"
import * as Streams from "../Streams.ts"

export const CharacterEntered = Event.define("CharacterEntered", {
  fields: { character: Character.Id, name: Schema.String, room: Room.Id },
  evolve: (e) => [Character.update(e.character, (c) => ({ ...c, inside: true }))],
  heardBy: (e) => Streams.of(e.character, e.room),
  follows: (e) => Streams.comesIn(e.character, e.room)
})
