/** Who was struck and fought nobody turns on the striker. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"

export const FightTurned = Event.define("FightTurned", {
  fields: {
    fight: Schema.Int,
    who: Schema.Literals(["character", "mob"]),
    character: Character.Id,
    name: Schema.String,
    mob: Mob.Id,
    mobName: Schema.String,
    room: Room.Id
  },
  evolve: (e) => [
    e.who === "character"
      ? Character.update(e.character, (c) => ({ ...c, fighting: e.mob, fight: e.fight }))
      : Mob.update(e.mob, (m) => ({ ...m, fighting: e.character, fight: e.fight }))
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
