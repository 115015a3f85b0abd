/** A script has marked a room, or taken marks from it. Heard by nobody: what is to be seen of it the script says. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Room } from "../aggregates/Room.ts"

export const RoomMarked = Event.define("RoomMarked", {
  fields: {
    room: Room.Id,
    /** All that it is marked with now. */
    flags: Schema.Array(Schema.String)
  },
  evolve: (e) => [Room.update(e.room, (room) => ({ ...room, flags: e.flags }))],
  heardBy: () => []
})
