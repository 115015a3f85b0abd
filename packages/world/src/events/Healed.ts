/** Somebody was healed at once. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Room } from "../aggregates/Room.ts"
import { ofParty } from "../Changes.ts"
import { Party } from "../Party.ts"

export const Healed = Event.define("Healed", {
  fields: {
    by: Party,
    target: Party,
    room: Room.Id,
    amount: Schema.Int,
    /** The target's health after it, as of `at`. */
    left: Schema.Int,
    at: Schema.Int
  },
  evolve: (e) => [ofParty(e.target, () => ({ hp: e.left, hpAt: e.at }))],
  heardBy: (e) => [Room.stream(e.room)]
})
