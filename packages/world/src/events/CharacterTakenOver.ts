/** Another session took over: told to the one that played the character before. */
import { Event } from "@wr2/core"
import { Character } from "../aggregates/Character.ts"

export const CharacterTakenOver = Event.define("CharacterTakenOver", {
  fields: { character: Character.Id },
  heardBy: (e) => [Character.stream(e.character)]
})
