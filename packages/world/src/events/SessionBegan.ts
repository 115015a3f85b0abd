/** A session plays the character from now on. Heard by nobody: sessions are not for others to know. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const SessionBegan = Event.define("SessionBegan", {
  fields: { character: Character.Id, session: Schema.String, at: Schema.Int },
  evolve: (e) => [Character.setRuntime(e.character, { session: e.session, since: e.at })],
  heardBy: () => []
})
