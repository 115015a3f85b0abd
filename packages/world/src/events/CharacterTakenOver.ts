/** Another session plays the character from now on. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const CharacterTakenOver = Event.define("CharacterTakenOver", {
  fields: { character: Character.Id, session: Schema.String, at: Schema.Int },
  evolve: (e) => [Character.setRuntime(e.character, { session: e.session, since: e.at })],
  heardBy: (e) => [Character.stream(e.character)]
})
