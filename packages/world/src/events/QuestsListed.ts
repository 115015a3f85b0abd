/** The answer to `quests`. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Progress } from "../Quests.ts"

export const QuestsListed = Event.define("QuestsListed", {
  fields: { character: Character.Id, quests: Schema.Array(Progress) },
  heardBy: (e) => [Character.stream(e.character)]
})
