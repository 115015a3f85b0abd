/** A door was closed: both sides of it. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Room } from "../aggregates/Room.ts"
import { Direction, opposite } from "../Direction.ts"

export const DoorClosed = Event.define("DoorClosed", {
  fields: {
    room: Room.Id,
    direction: Direction,
    /** The room on the other side. */
    beyond: Room.Id,
    door: Schema.String,
    character: Schema.Int,
    name: Schema.String
  },
  evolve: (e) => [
    Room.update(e.room, (r) => ({ ...r, doors: { ...r.doors, [e.direction]: "closed" } })),
    Room.update(e.beyond, (r) => ({
      ...r,
      doors: { ...r.doors, [opposite(e.direction)]: "closed" }
    }))
  ],
  heardBy: (e) => [Room.stream(e.room), Room.stream(e.beyond)]
})
