/** A character gave coins to another. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"

export const GoldGiven = Event.define("GoldGiven", {
  fields: {
    amount: Schema.Int,
    from: Character.Id,
    fromName: Schema.String,
    to: Character.Id,
    toName: Schema.String,
    room: Room.Id
  },
  evolve: (e) => [
    Character.update(e.from, (c) => ({ ...c, gold: c.gold - e.amount })),
    Character.update(e.to, (c) => ({ ...c, gold: c.gold + e.amount }))
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
