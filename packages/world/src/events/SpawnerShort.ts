/** A spawner noticed that it is short: from now on it counts the time until they come back. Or that it is no longer. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Instance, InstanceMemory } from "../aggregates/Instance.ts"

export const SpawnerShort = Event.define("SpawnerShort", {
  fields: { instance: Instance.Id, spawner: Schema.String, memory: InstanceMemory },
  evolve: (e) => [Instance.setRuntime(e.instance, e.memory)],
  heardBy: () => []
})
