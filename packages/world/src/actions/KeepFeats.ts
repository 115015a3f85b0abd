/** Takes in the feats of a character that is about to arrive. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Feats } from "../aggregates/Feats.ts"
import { FeatsKept } from "../events/FeatsKept.ts"
import { unlessGone } from "../Found.ts"

export const KeepFeats = Action.make("KeepFeats", { feats: Feats.Row })
/** Locks the row, which is not there yet. */
export const keepFeatsRule = KeepFeats.rule({
  emits: [FeatsKept],
  locks: (a) => [Feats.ref(a.feats.id)],
  decide: ({ feats }, { the }) =>
    Result.map(unlessGone(the(Feats, feats.id)), (before) => ({
      events: [FeatsKept.make({ feats, first: before === undefined })]
    }))
})
