/** A character's feats are these now. What is gained is told by AchievementGained; heard by nobody. */
import { Event } from "@wr2/core"
import { Schema } from "effect"
import { Feats } from "../aggregates/Feats.ts"

export const FeatsKept = Event.define("FeatsKept", {
  fields: {
    feats: Feats.Row,
    /** There were none before. */
    first: Schema.Boolean
  },
  evolve: ({ feats, first }) => [first ? Feats.insert(feats) : Feats.update(feats.id, () => feats)],
  heardBy: () => []
})
