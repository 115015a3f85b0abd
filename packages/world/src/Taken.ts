/** A quest as a character has it. */
import { Schema } from "effect"

export const Taken = Schema.Struct({
  /** Slug. */
  quest: Schema.String,
  /** So often it was done. */
  count: Schema.Int,
  /** It was rewarded. */
  done: Schema.Boolean
})
export type Taken = typeof Taken.Type
