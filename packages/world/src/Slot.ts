/** Where things are worn, one in each place. */
import { Schema } from "effect"

export const Slot = Schema.Literals([
  "head",
  "neck",
  "body",
  "arms",
  "hands",
  "finger",
  "legs",
  "feet",
  "shield"
])
export type Slot = typeof Slot.Type

/** All of them, from head to foot. */
export const all: ReadonlyArray<Slot> = Slot.literals
