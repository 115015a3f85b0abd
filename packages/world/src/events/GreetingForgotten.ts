/** A room's trigger will greet somebody again. With nobody left to remember, the room rests. */
import { Event } from "@wr2/core"
import { Room, RoomMemory } from "../aggregates/Room.ts"

export const GreetingForgotten = Event.define("GreetingForgotten", {
  fields: { room: Room.Id, memory: RoomMemory },
  evolve: (e) => [
    e.memory.greeted.length === 0 ? Room.removeRuntime(e.room) : Room.setRuntime(e.room, e.memory)
  ],
  heardBy: () => []
})
