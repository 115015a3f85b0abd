/** A character asks what it can type. Read-only. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { HelpShown } from "../events/HelpShown.ts"
import { Index, Topic } from "../Topic.ts"

export const Help = Action.make("Help", {
  character: Character.Id,
  topics: Schema.Array(Topic),
  /** Where nothing was asked for by its name. */
  index: Schema.NullOr(Index)
})
/** Shows the topics that its Command chose. */
export const helpView = Help.view({
  emits: [HelpShown],
  view: (a) => Result.succeed([HelpShown.make(a)])
})
