/** `use whistle`: whatever it is for. */
import { Command, Rejected } from "@wr2/core"
import { Schema } from "effect"
import { NotCarried, NotHere, NotUsable } from "../Failures.ts"
import * as Uses from "../Uses.ts"

/** Plans UseItem. */
export const use = Command.define("use", {
  grammar: "use <what...>",
  fields: { what: Schema.String },
  rejects: [NotHere, NotCarried, NotUsable, Rejected.Ambiguous],
  from: ["Character"],
  help: "Use something that you carry, whatever it is for.",
  plan: ({ what }, planning) => Uses.plan(what, "use", planning)
})
