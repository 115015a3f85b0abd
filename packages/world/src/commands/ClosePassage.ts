/** The message of a copy that all have left. */
import { Command } from "@wr2/core"
import { Result, Schema } from "effect"
import { ClosePassage } from "../actions/ClosePassage.ts"

/** Never rejected: the copy waits for the answer. */
export const closePassage = Command.define("close passage", {
  fields: { copy: Schema.Int },
  from: ["instance"],
  plan: (c) => Result.succeed([ClosePassage.make(c)])
})
