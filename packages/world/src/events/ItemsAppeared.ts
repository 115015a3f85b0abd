/** A spawner is up to its number again: items lie in its room, as all who are there see. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Instance, InstanceMemory } from "../aggregates/Instance.ts"
import { Item } from "../aggregates/Item.ts"
import { Room } from "../aggregates/Room.ts"

export const ItemsAppeared = Event.define("ItemsAppeared", {
  fields: {
    instance: Instance.Id,
    spawner: Schema.String,
    memory: InstanceMemory,
    room: Room.Id,
    itemName: Schema.String,
    /** So many lie there now that did not before. */
    count: Schema.Int,
    /** They, and what is in them. */
    items: Schema.Array(Item.Row)
  },
  evolve: (e) => [
    Instance.setRuntime(e.instance, e.memory),
    ...e.items.map((item) => Item.insert(item))
  ],
  heardBy: (e) => [Room.stream(e.room)]
})
