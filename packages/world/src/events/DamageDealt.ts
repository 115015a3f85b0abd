/** A blow hit. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Room } from "../aggregates/Room.ts"
import { ofParty } from "../Changes.ts"
import { DamageType } from "../DamageType.ts"
import { worn } from "../Lasting.ts"
import { Party } from "../Party.ts"

export const DamageDealt = Event.define("DamageDealt", {
  fields: {
    attacker: Party,
    target: Party,
    room: Room.Id,
    amount: Schema.Int,
    /** What armour and resistance took of it. */
    absorbed: Schema.Int,
    /** What a shield took. */
    shielded: Schema.Int,
    critical: Schema.Boolean,
    type: DamageType,
    /** The target's health after it, as of `at`. */
    left: Schema.Int,
    at: Schema.Int
  },
  evolve: (e) => [
    ofParty(e.target, ({ lasting }) => ({
      hp: e.left,
      hpAt: e.at,
      lasting: worn(lasting, e.shielded)
    }))
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
