/** Whom a room's trigger has greeted lately. With nobody left to remember, the room rests. Heard by nobody. */
import { Event } from "@wr2/core"
import { Room, RoomMemory } from "../aggregates/Room.ts"

export const RoomRemembered = Event.define("RoomRemembered", {
  fields: { room: Room.Id, memory: RoomMemory },
  evolve: (e) => [
    e.memory.greeted.length === 0 ? Room.removeRuntime(e.room) : Room.setRuntime(e.room, e.memory)
  ],
  heardBy: () => []
})
