/** A member of a group, who was there, has learned by what another killed. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const ExperienceShared = Event.define("ExperienceShared", {
  fields: { character: Character.Id, exp: Schema.Int, mobName: Schema.String },
  evolve: (e) => [Character.update(e.character, (c) => ({ ...c, exp: c.exp + e.exp }))],
  heardBy: (e) => [Character.stream(e.character)]
})
