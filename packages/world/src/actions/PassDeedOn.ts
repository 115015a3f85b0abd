/** Sends a deed after the character who did it. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import * as Achievements from "../Achievements.ts"
import { Character } from "../aggregates/Character.ts"
import { DeedPassedOn } from "../events/DeedPassedOn.ts"

export const PassDeedOn = Action.make("PassDeedOn", {
  character: Character.Id,
  deed: Achievements.Deed,
  target: Schema.NullOr(Schema.Int)
})
/** Locks nothing: it changes nothing here. */
export const passDeedOnRule = PassDeedOn.rule({
  emits: [DeedPassedOn],
  locks: () => [],
  decide: (a) => Result.succeed({ events: [DeedPassedOn.make(a)] })
})
