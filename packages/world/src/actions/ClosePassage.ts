/** Nobody is let into a copy any more, since all have left it. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Passage } from "../aggregates/Passage.ts"
import { PassageClosed } from "../events/PassageClosed.ts"

export const ClosePassage = Action.make("ClosePassage", { copy: Schema.Int })
/** Locks the way. Answers also when there is none: a copy that was left again asks again. */
export const closePassageRule = ClosePassage.rule({
  emits: [PassageClosed],
  locks: (a, { projection }) =>
    projection.by(Passage, "copy", a.copy).map(({ id }) => Passage.ref(id)),
  decide: ({ copy }, { every }) =>
    Result.succeed({
      events: [
        PassageClosed.make({ copy, passages: every(Passage, "copy", copy).map(({ id }) => id) })
      ]
    })
})
