/** A character took the coins of a pile, which is then no more, or out of a container. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Room } from "../aggregates/Room.ts"

export const GoldTaken = Event.define("GoldTaken", {
  fields: {
    source: Item.Id,
    /** The source was nothing but coins. */
    pile: Schema.Boolean,
    /** The name of the container. */
    from: Schema.NullOr(Schema.String),
    amount: Schema.Int,
    character: Character.Id,
    name: Schema.String,
    room: Room.Id
  },
  evolve: (e) => [
    Character.update(e.character, (c) => ({ ...c, gold: c.gold + e.amount })),
    e.pile
      ? Item.remove(e.source)
      : Item.update(e.source, (i) => ({ ...i, gold: i.gold - e.amount }))
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
