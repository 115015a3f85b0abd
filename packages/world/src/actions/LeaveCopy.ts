/** Somebody has left a copy. If nobody is in it any more, it is asked whether it may go. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Instance } from "../aggregates/Instance.ts"
import * as Copies from "../Copies.ts"
import { CopyLeft } from "../events/CopyLeft.ts"

export const LeaveCopy = Action.make("LeaveCopy", { instance: Instance.Id })
/** Locks all who are in it, also those who sleep there. */
export const leaveCopyRule = LeaveCopy.rule({
  emits: [CopyLeft],
  locks: (_, { projection }) => projection.all(Character).map(({ id }) => Character.ref(id)),
  decide: ({ instance: copy }, { every }) =>
    Result.succeed(
      every(Character, "all", 0).length > 0
        ? {}
        : { events: [CopyLeft.make({ copy, origin: Copies.originOf(copy) })] }
    )
})
