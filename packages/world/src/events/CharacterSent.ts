/**
 * A character and all that it carries are gone from here, and in the message to the other instance,
 * which lets them in. Heard by nobody: it tells what is in every pocket.
 */
import { Event } from "@wr2/core"
import type { Command } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import type { arrive } from "../commands/Arrive.ts"

export const CharacterSent = Event.define("CharacterSent", {
  fields: {
    character: Character.Row,
    items: Schema.Array(Item.Row),
    session: Schema.String,
    /** Instance and authored room in which it arrives. */
    target: Schema.Int,
    arrival: Schema.String
  },
  evolve: (e) => [...e.items.map((item) => Item.remove(item.id)), Character.remove(e.character.id)],
  heardBy: () => [],
  sends: (e) => ({
    target: e.target,
    // Written out: who only reads Events need not load the rules that a Command brings along.
    command: {
      _tag: "arrive",
      character: e.character,
      items: e.items,
      session: e.session,
      room: e.arrival
    } satisfies Command.Value<typeof arrive>,
    traveller: { type: Character._tag, id: e.character.id }
  })
})
