/** What a character has done, and what it has gained by it. There once it has done something; goes where it goes. */
import { Aggregate } from "@wr2/core"
import { Schema } from "effect"
import { Taken } from "../Taken.ts"
import type { Character } from "./Character.ts"

/** Its id is the character's. */
export const Feats = Aggregate.define("Feats", {
  rank: 5,
  fields: {
    kills: Schema.Int,
    /** Slugs of rooms it has seen, of places that it has not seen all of. */
    seen: Schema.Array(Schema.String),
    /** Achievements, in order (see Achievements). */
    gained: Schema.Array(Schema.String),
    /** Quests, in the order in which they were taken (see Quests). */
    quests: Schema.Array(Taken)
  }
})
/** A row of its table. */
export type Feats = Aggregate.Row<typeof Feats>

/** The id of a character's feats. */
export const featsOf = (character: Character["id"]): Feats["id"] => Feats.Id.make(character)
