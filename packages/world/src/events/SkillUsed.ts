/** A character used a skill, and paid for it. What it came to is in the Events that follow. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"
import { Party } from "../Party.ts"

export const SkillUsed = Event.define("SkillUsed", {
  fields: {
    character: Character.Id,
    name: Schema.String,
    room: Room.Id,
    skill: Schema.String,
    yours: Schema.String,
    theirs: Schema.String,
    /** Null: it is about nobody else. */
    target: Schema.NullOr(Party),
    /** What is left of its energy, as of `at`. */
    energy: Schema.Int,
    at: Schema.Int,
    /** When it can be used again. */
    ready: Schema.Int
  },
  evolve: (e) => [
    Character.update(e.character, (c) => ({
      ...c,
      craft: {
        ...c.craft,
        energy: e.energy,
        energyAt: e.at,
        ready: {
          ...Object.fromEntries(Object.entries(c.craft.ready).filter(([, ready]) => ready > e.at)),
          ...(e.ready > e.at ? { [e.skill]: e.ready } : {})
        }
      }
    }))
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
