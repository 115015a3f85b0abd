/** What was sent is here: a character, all that it carries, and the session that plays it. Heard by nobody. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"

export const CharacterReceived = Event.define("CharacterReceived", {
  fields: {
    character: Character.Row,
    items: Schema.Array(Item.Row),
    session: Schema.String,
    at: Schema.Int
  },
  evolve: (e) => [
    Character.insert(e.character),
    Character.setRuntime(e.character.id, { session: e.session, since: e.at }),
    ...e.items.map((item) => Item.insert(item))
  ],
  heardBy: () => []
})
