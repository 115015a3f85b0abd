/** A blow hit. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import { DamageType } from "../DamageType.ts"
import { Party } from "../Party.ts"

export const DamageDealt = Event.define("DamageDealt", {
  fields: {
    attacker: Party,
    target: Party,
    room: Room.Id,
    amount: Schema.Int,
    /** What armour and resistance took of it. */
    absorbed: Schema.Int,
    critical: Schema.Boolean,
    type: DamageType,
    /** The target's health after it, as of `at`. */
    left: Schema.Int,
    at: Schema.Int
  },
  evolve: (e) => [
    e.target.kind === "character"
      ? Character.update(e.target.id, (c) => ({ ...c, hp: e.left, hpAt: e.at }))
      : Mob.update(e.target.id, (m) => ({ ...m, hp: e.left, hpAt: e.at }))
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
