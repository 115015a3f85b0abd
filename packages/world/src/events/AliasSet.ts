/** A word stands for a line of a character's own making, or for nothing more. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import * as Aliases from "../Aliases.ts"

export const AliasSet = Event.define("AliasSet", {
  fields: {
    character: Character.Id,
    word: Schema.String,
    /** Null: nothing more. */
    line: Schema.NullOr(Schema.String)
  },
  evolve: ({ character, line, word }) => [
    Character.update(character, (c) => ({ ...c, aliases: Aliases.set(c.aliases, word, line) }))
  ],
  heardBy: (e) => [Character.stream(e.character)]
})
