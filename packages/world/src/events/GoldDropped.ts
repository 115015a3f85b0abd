/** A character put coins on the ground: a pile of them. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Item } from "../aggregates/Item.ts"
import { Room } from "../aggregates/Room.ts"

export const GoldDropped = Event.define("GoldDropped", {
  fields: {
    pile: Item.Id,
    /** The template of coins. */
    template: Schema.String,
    amount: Schema.Int,
    character: Character.Id,
    name: Schema.String,
    room: Room.Id
  },
  evolve: (e) => [
    Character.update(e.character, (c) => ({ ...c, gold: c.gold - e.amount })),
    Item.insert({
      id: e.pile,
      template: e.template,
      holder: "room",
      holderId: e.room,
      gold: e.amount,
      rolled: { name: null, damage: 0 }
    })
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
