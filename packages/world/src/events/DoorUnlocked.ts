/** A door was unlocked: both sides of it; it stays closed. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"
import { doorStands } from "../Changes.ts"
import { Direction } from "../Direction.ts"

export const DoorUnlocked = Event.define("DoorUnlocked", {
  fields: {
    room: Room.Id,
    direction: Direction,
    /** The room on the other side. */
    beyond: Room.Id,
    door: Schema.String,
    keyName: Schema.String,
    character: Character.Id,
    name: Schema.String
  },
  evolve: (e) => doorStands(e, "closed"),
  heardBy: (e) => [Room.stream(e.room), Room.stream(e.beyond)]
})
