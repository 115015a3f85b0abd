/** A character has learned enough for a further level. It is a fact of its experience and changes nothing by itself. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"
import * as Streams from "../Streams.ts"

export const LevelGained = Event.define("LevelGained", {
  fields: {
    character: Character.Id,
    name: Schema.String,
    room: Room.Id,
    level: Schema.Int,
    /** Full health from now on. */
    maxHp: Schema.Int,
    /** The names of the skills that come with it. */
    learned: Schema.Array(Schema.String)
  },
  heardBy: (e) => Streams.of(e.character, e.room)
})
