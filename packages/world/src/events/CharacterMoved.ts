/** A character walked from one room to the next. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"
import { Direction } from "../Direction.ts"
import * as Streams from "../Streams.ts"

export const CharacterMoved = Event.define("CharacterMoved", {
  fields: {
    character: Character.Id,
    name: Schema.String,
    from: Room.Id,
    to: Room.Id,
    direction: Direction
  },
  evolve: (e) => [Character.update(e.character, (c) => ({ ...c, room: e.to }))],
  heardBy: (e) => [...Streams.of(e.character, e.from), Room.stream(e.to)],
  follows: (e) => Streams.moves(e.character, e.from, e.to)
})
