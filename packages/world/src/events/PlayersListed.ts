/** The answer to `who`: everybody who is inside this instance. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"

export const PlayersListed = Event.define("PlayersListed", {
  fields: {
    character: Character.Id,
    players: Schema.Array(
      Schema.Struct({ id: Character.Id, name: Schema.String, level: Schema.Int })
    ),
    /** How many more there are than are listed. */
    more: Schema.Int
  },
  heardBy: (e) => [Character.stream(e.character)]
})
