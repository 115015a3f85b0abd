/**
 * A character went through a portal: it and all that it carries are gone from here, and in the
 * message to the other instance, which lets them in.
 */
import { Event } from "@wr2/core"
import type { Command } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import type { arrive } from "../commands/Arrive.ts"
import * as Streams from "../Streams.ts"

export const CharacterDeparted = Event.define("CharacterDeparted", {
  fields: {
    character: Character.Row,
    items: Schema.Array(Item.Row),
    session: Schema.String,
    /** The name of the portal. */
    portal: Schema.String,
    /** Instance and authored room in which it arrives. */
    target: Schema.Int,
    arrival: Schema.String
  },
  evolve: (e) => [...e.items.map((item) => Item.remove(item.id)), Character.remove(e.character.id)],
  heardBy: (e) => Streams.of(e.character.id, e.character.room),
  follows: (e) => Streams.goesOut(e.character.id, e.character.room),
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
