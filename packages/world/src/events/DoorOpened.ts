/** A door was opened: both sides of it. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Room } from "../aggregates/Room.ts"
import { doorStands } from "../Changes.ts"
import { Direction } from "../Direction.ts"

export const DoorOpened = Event.define("DoorOpened", {
  fields: {
    room: Room.Id,
    direction: Direction,
    /** The room on the other side. */
    beyond: Room.Id,
    door: Schema.String,
    character: Schema.Int,
    name: Schema.String
  },
  evolve: (e) => doorStands(e, "open"),
  heardBy: (e) => [Room.stream(e.room), Room.stream(e.beyond)]
})
