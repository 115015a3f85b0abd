/** A way from an instance into a copy of a place, open to one group. There until the copy is no more. */
import { Aggregate } from "@wr2/core"
import { Schema } from "effect"

export const Passage = Aggregate.define("Passage", {
  rank: 21,
  fields: {
    /** Slug of the place. */
    place: Schema.String,
    /** Whose group it is for: the id of a character. */
    owner: Schema.Int,
    /** The number of the copy. */
    copy: Schema.Int
  },
  indexes: {
    owner: (passage) => ownedBy(passage.place, passage.owner),
    copy: (passage) => passage.copy
  }
})
/** A row of its table. */
export type Passage = Aggregate.Row<typeof Passage>

/** The key of index `owner`. */
export function ownedBy(place: string, owner: number): string {
  return `${place}:${owner}`
}
