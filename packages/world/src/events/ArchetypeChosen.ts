/** A character has become something. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"

export const ArchetypeChosen = Event.define("ArchetypeChosen", {
  fields: {
    character: Character.Id,
    name: Schema.String,
    room: Room.Id,
    archetype: Schema.String,
    /** Its name. */
    title: Schema.String
  },
  evolve: (e) => [
    Character.update(e.character, (c) => ({
      ...c,
      craft: { ...c.craft, archetype: e.archetype }
    }))
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
