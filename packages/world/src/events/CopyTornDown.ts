/** A copy that all have left is no more: its rooms, its mobs, and the items and gold in them destroyed. Heard by nobody. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Instance } from "../aggregates/Instance.ts"
import { Item } from "../aggregates/Item.ts"
import { Mob } from "../aggregates/Mob.ts"
import { Room } from "../aggregates/Room.ts"
import { Sky } from "../aggregates/Sky.ts"

export const CopyTornDown = Event.define("CopyTornDown", {
  fields: {
    instance: Instance.Id,
    rooms: Schema.Array(Room.Id),
    mobs: Schema.Array(Mob.Id),
    items: Schema.Array(Item.Id),
    /** Whether it had one. */
    sky: Schema.Boolean,
    /** All the gold that was in it. */
    gold: Schema.Int
  },
  evolve: (e) => [
    ...e.items.map((id) => Item.remove(id)),
    ...e.mobs.map((id) => Mob.remove(id)),
    ...e.rooms.map((id) => Room.remove(id)),
    ...(e.sky ? [Sky.remove(Sky.Id.make(e.instance))] : []),
    Instance.remove(e.instance)
  ],
  heardBy: () => []
})
