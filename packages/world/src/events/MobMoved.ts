/** A mob walked from one room to the next, and remembers where it came from. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Mob, MobMemory } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import { Direction } from "../Direction.ts"

export const MobMoved = Event.define("MobMoved", {
  fields: {
    mob: Mob.Id,
    name: Schema.String,
    from: Room.Id,
    to: Room.Id,
    direction: Direction,
    memory: MobMemory
  },
  evolve: (e) => [
    Mob.update(e.mob, (m) => ({ ...m, room: e.to })),
    Mob.setRuntime(e.mob, e.memory)
  ],
  heardBy: (e) => [Room.stream(e.from), Room.stream(e.to)]
})
