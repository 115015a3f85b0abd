/** A new character exists, with the gold it begins with: gold made. It is not inside yet. */
import { Event } from "@wr2/core"
import { Character } from "../aggregates/Character.ts"

export const CharacterCreated = Event.define("CharacterCreated", {
  fields: { character: Character.Row },
  evolve: (e) => [Character.insert(e.character)],
  heardBy: (e) => [Character.stream(e.character.id)]
})
