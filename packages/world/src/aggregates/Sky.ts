/** The sky over an instance: what was last told of it to those outdoors. Its id is the instance's. */
import { Aggregate } from "@wr2/core"
import { Part } from "../Hours.ts"
import { Weather } from "../Weather.ts"

export const Sky = Aggregate.define("Sky", {
  rank: 20,
  fields: { part: Part, weather: Weather }
})
/** A row of its table. */
export type Sky = Aggregate.Row<typeof Sky>
