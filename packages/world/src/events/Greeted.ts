/** A room's trigger greeted who came in, and remembers it for a while. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room, RoomMemory } from "../aggregates/Room.ts"

export const Greeted = Event.define("Greeted", {
  fields: {
    room: Room.Id,
    speaker: Schema.String,
    text: Schema.String,
    character: Character.Id,
    name: Schema.String,
    memory: RoomMemory
  },
  evolve: (e) => [Room.setRuntime(e.room, e.memory)],
  heardBy: (e) => [Room.stream(e.room)]
})
