/** A character is no longer inside: it left, or its player was lost. Its fights end. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import { disengaged } from "../Changes.ts"
import * as Streams from "../Streams.ts"

export const CharacterLeft = Event.define("CharacterLeft", {
  fields: {
    character: Character.Id,
    name: Schema.String,
    room: Room.Id,
    how: Schema.Literals(["left", "lost"]),
    /** Mobs that fought it. */
    freed: Schema.Array(Mob.Id)
  },
  evolve: (e) => [
    Character.update(e.character, (c) => ({ ...c, inside: false, fighting: null, fight: null })),
    Character.removeRuntime(e.character),
    ...disengaged(e.freed)
  ],
  heardBy: (e) => Streams.of(e.character, e.room),
  follows: (e) => Streams.goesOut(e.character, e.room)
})
