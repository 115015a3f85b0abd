/** A character told another something, which now knows whom to reply to. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const Told = Event.define("Told", {
  fields: {
    from: Character.Id,
    fromName: Schema.String,
    to: Character.Id,
    toName: Schema.String,
    text: Schema.String
  },
  evolve: (e) => [Character.update(e.to, (c) => ({ ...c, replyTo: e.from }))],
  heardBy: (e) => [Character.stream(e.from), Character.stream(e.to)]
})
