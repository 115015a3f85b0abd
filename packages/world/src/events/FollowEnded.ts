/** A character walks after nobody any more. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const FollowEnded = Event.define("FollowEnded", {
  fields: { character: Character.Id, name: Schema.String, leader: Character.Id },
  evolve: (e) => [Character.update(e.character, (c) => ({ ...c, following: null }))],
  heardBy: (e) => [Character.stream(e.character), Character.stream(e.leader)]
})
