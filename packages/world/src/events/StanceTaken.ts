/** A character sat down to rest, or got up. What it had healed by then is its own. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character, Stance } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"

export const StanceTaken = Event.define("StanceTaken", {
  fields: {
    character: Character.Id,
    name: Schema.String,
    room: Room.Id,
    stance: Stance,
    /** Health and energy as of `at`. */
    hp: Schema.Int,
    energy: Schema.Int,
    at: Schema.Int
  },
  evolve: (e) => [
    Character.update(e.character, (c) => ({
      ...c,
      stance: e.stance,
      hp: e.hp,
      hpAt: e.at,
      craft: { ...c.craft, energy: e.energy, energyAt: e.at }
    }))
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
