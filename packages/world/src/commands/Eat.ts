/** `eat biscuit`. */
import { Command, Rejected } from "@wr2/core"
import { Schema } from "effect"
import { NotCarried, NotHere, NotUsable } from "../Failures.ts"
import * as Uses from "../Uses.ts"

/** Plans UseItem. */
export const eat = Command.define("eat", {
  grammar: "eat <what...>",
  fields: { what: Schema.String },
  rejects: [NotHere, NotCarried, NotUsable, Rejected.Ambiguous],
  precedence: -1,
  from: ["Character"],
  help: "Eat something that you carry.",
  plan: ({ what }, planning) => Uses.plan(what, "eat", planning)
})
