/** An instance of the world as a row: which authored place it is a copy of. Locked to spawn and to be born into. */
import { Aggregate } from "@wr2/core"
import { Schema } from "effect"
import { Room } from "./Room.ts"

/** Spawn controllers' memory: since when each spawner has been short. Forgettable: they wait anew. */
export const InstanceMemory = Schema.Struct({ short: Schema.Record(Schema.String, Schema.Int) })
export type InstanceMemory = typeof InstanceMemory.Type

export const Instance = Aggregate.define("Instance", {
  rank: 0,
  fields: {
    /** Slug of the authored place. */
    place: Schema.String,
    /** The live room where new characters wake. */
    start: Room.Id,
    /** Slugs of the spawners that run: others are authored since, or no longer. */
    spawners: Schema.Array(Schema.String)
  },
  runtime: { schema: InstanceMemory, version: 1, build: () => ({ short: {} }) }
})
/** A row of its table. */
export type Instance = Aggregate.Row<typeof Instance>
