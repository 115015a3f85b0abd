/** A character has gained an achievement: told to it, and to those around it while it is played. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"
import * as Streams from "../Streams.ts"

export const AchievementGained = Event.define("AchievementGained", {
  fields: {
    character: Character.Id,
    name: Schema.String,
    /** Where it is by now; null while nobody plays it. */
    room: Schema.NullOr(Room.Id),
    achievement: Schema.String,
    title: Schema.String
  },
  heardBy: (e) =>
    e.room === null ? [Character.stream(e.character)] : Streams.of(e.character, e.room)
})
