/** One side of a fight or a gift, with the name to show. */
import { Schema } from "effect"

export const Party = Schema.Struct({
  kind: Schema.Literals(["character", "mob"]),
  id: Schema.Int,
  name: Schema.String
})
export type Party = typeof Party.Type
