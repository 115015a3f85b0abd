/** A character ran from its fights into the next room. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import { disengaged } from "../Changes.ts"
import { Direction } from "../Direction.ts"
import * as Streams from "../Streams.ts"

export const CharacterFled = Event.define("CharacterFled", {
  fields: {
    character: Character.Id,
    name: Schema.String,
    from: Room.Id,
    to: Room.Id,
    direction: Direction,
    /** Mobs that fought it. */
    freed: Schema.Array(Mob.Id)
  },
  evolve: (e) => [
    Character.update(e.character, (c) => ({ ...c, room: e.to, fighting: null, fight: null })),
    ...disengaged(e.freed)
  ],
  heardBy: (e) => [...Streams.of(e.character, e.from), Room.stream(e.to)],
  follows: (e) => Streams.moves(e.character, e.from, e.to)
})
