/** A character walks after another from now on. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Room } from "../aggregates/Room.ts"

export const Followed = Event.define("Followed", {
  fields: {
    character: Character.Id,
    name: Schema.String,
    leader: Character.Id,
    leaderName: Schema.String,
    room: Room.Id
  },
  evolve: (e) => [Character.update(e.character, (c) => ({ ...c, following: e.leader }))],
  heardBy: (e) => [Room.stream(e.room)]
})
