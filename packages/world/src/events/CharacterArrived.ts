/** A character came from another instance, with all that it carries and the session that plays it. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import * as Streams from "../Streams.ts"

export const CharacterArrived = Event.define("CharacterArrived", {
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
  heardBy: (e) => Streams.of(e.character.id, e.character.room),
  follows: (e) => Streams.comesIn(e.character.id, e.character.room)
})
