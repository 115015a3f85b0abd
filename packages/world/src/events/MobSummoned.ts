/** A script made a mob, with its items and gold. Heard by nobody; see MobsAppeared. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Item } from "../aggregates/Item.ts"
import { blank, Mob } from "../aggregates/Mob.ts"

export const MobSummoned = Event.define("MobSummoned", {
  fields: {
    mob: Mob.Row,
    /** What it carries. */
    items: Schema.Array(Item.Row)
  },
  evolve: (e) => [
    Mob.insert(e.mob),
    Mob.setRuntime(e.mob.id, blank),
    ...e.items.map((item) => Item.insert(item))
  ],
  heardBy: () => []
})
