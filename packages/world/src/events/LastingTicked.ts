/** What lasts on somebody has harmed or healed again. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Room } from "../aggregates/Room.ts"
import { ofParty } from "../Changes.ts"
import { Party } from "../Party.ts"

export const LastingTicked = Event.define("LastingTicked", {
  fields: {
    target: Party,
    room: Room.Id,
    /** What it is called. */
    what: Schema.String,
    does: Schema.Literals(["damage", "healing"]),
    amount: Schema.Int,
    /** The target's health after it, as of `at`. */
    left: Schema.Int,
    at: Schema.Int
  },
  evolve: (e) => [ofParty(e.target, () => ({ hp: e.left, hpAt: e.at }))],
  heardBy: (e) => [Room.stream(e.room)]
})
