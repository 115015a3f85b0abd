/** Somebody attacked. Who was already fighting another goes on with that one. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Mob, MobMemory } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"

export const FightBegan = Event.define("FightBegan", {
  fields: {
    fight: Schema.Int,
    by: Schema.Literals(["character", "mob"]),
    character: Character.Id,
    name: Schema.String,
    mob: Mob.Id,
    mobName: Schema.String,
    room: Room.Id,
    /** Who strikes at the other from now on. */
    characterTurns: Schema.Boolean,
    mobTurns: Schema.Boolean,
    memory: MobMemory
  },
  evolve: (e) => [
    ...(e.characterTurns
      ? [Character.update(e.character, (c) => ({ ...c, fighting: e.mob, fight: e.fight }))]
      : []),
    ...(e.mobTurns
      ? [Mob.update(e.mob, (m) => ({ ...m, fighting: e.character, fight: e.fight }))]
      : []),
    Mob.setRuntime(e.mob, e.memory)
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
