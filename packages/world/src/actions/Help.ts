/** A character asks what it can type. Read-only. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { HelpShown } from "../events/HelpShown.ts"
import { Topic } from "../Topic.ts"

export const Help = Action.make("Help", {
  character: Character.Id,
  topics: Schema.Array(Topic)
})
/** Shows the topics that its Command chose. */
export const helpView = Help.view({
  emits: [HelpShown],
  view: (a) => Result.succeed([HelpShown.make(a)])
})
