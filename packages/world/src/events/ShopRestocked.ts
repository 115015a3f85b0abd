/** A keeper set its shop in order, as all in the room saw: items and gold made, and others gone. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"

export const ShopRestocked = Event.define("ShopRestocked", {
  fields: {
    mob: Mob.Id,
    mobName: Schema.String,
    room: Room.Id,
    made: Schema.Array(Item.Row),
    /** What it had too much of, and what was in that. */
    gone: Schema.Array(Item.Id),
    /** The gold in it. */
    goneGold: Schema.Int,
    /** The gold that its purse gains; negative: loses. */
    purse: Schema.Int
  },
  evolve: (e) => [
    Mob.update(e.mob, (m) => ({ ...m, gold: m.gold + e.purse })),
    ...e.made.map((item) => Item.insert(item)),
    ...e.gone.map((id) => Item.remove(id))
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
