/** The answer to `alias`: words, and the lines that they stand for. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const AliasesShown = Event.define("AliasesShown", {
  fields: {
    character: Character.Id,
    aliases: Schema.Array(Schema.Struct({ word: Schema.String, line: Schema.String }))
  },
  heardBy: (e) => [Character.stream(e.character)]
})
