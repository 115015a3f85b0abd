/** A mob ran from its fights into the next room. It has had enough, and bears no grudge. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Mob, MobMemory } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import { Direction } from "../Direction.ts"

export const MobFled = Event.define("MobFled", {
  fields: {
    mob: Mob.Id,
    name: Schema.String,
    from: Room.Id,
    to: Room.Id,
    direction: Direction,
    memory: MobMemory,
    /** Who fought it. */
    freed: Schema.Array(Character.Id)
  },
  evolve: (e) => [
    Mob.update(e.mob, (m) => ({ ...m, room: e.to, fighting: null, fight: null })),
    Mob.setRuntime(e.mob, e.memory),
    ...e.freed.map((id) => Character.update(id, (c) => ({ ...c, fighting: null, fight: null })))
  ],
  heardBy: (e) => [Room.stream(e.from), Room.stream(e.to)]
})
