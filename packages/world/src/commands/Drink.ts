/** `drink flask`. */
import { Command, Rejected } from "@wr2/core"
import { Schema } from "effect"
import { NotCarried, NotHere, NotUsable } from "../Failures.ts"
import * as Uses from "../Uses.ts"

/** Plans UseItem. */
export const drink = Command.define("drink", {
  grammar: "drink <what...>",
  fields: { what: Schema.String },
  rejects: [NotHere, NotCarried, NotUsable, Rejected.Ambiguous],
  precedence: -1,
  from: ["Character"],
  help: "Drink something that you carry.",
  plan: ({ what }, planning) => Uses.plan(what, "drink", planning)
})
