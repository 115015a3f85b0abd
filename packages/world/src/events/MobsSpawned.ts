/** A spawner is up to its number again: mobs made, with their items and gold. Heard by nobody; see MobsAppeared. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Instance, InstanceMemory } from "../aggregates/Instance.ts"
import { Item } from "../aggregates/Item.ts"
import { blank, Mob } from "../aggregates/Mob.ts"

export const MobsSpawned = Event.define("MobsSpawned", {
  fields: {
    instance: Instance.Id,
    spawner: Schema.String,
    memory: InstanceMemory,
    mobs: Schema.Array(Mob.Row),
    /** What they carry. */
    items: Schema.Array(Item.Row)
  },
  evolve: (e) => [
    Instance.setRuntime(e.instance, e.memory),
    ...e.mobs.flatMap((mob) => [Mob.insert(mob), Mob.setRuntime(mob.id, blank)]),
    ...e.items.map((item) => Item.insert(item))
  ],
  heardBy: () => []
})
