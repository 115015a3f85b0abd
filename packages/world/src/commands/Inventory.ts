/** `inventory`, `i`: what you carry. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { Inventory } from "../actions/Inventory.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans the view. */
export const inventory = Command.define("inventory", {
  grammar: "inventory|i",
  fields: {},
  rejects: [NotHere],
  from: ["Character"],
  help: "Show what you carry.",
  plan: (_, planning) => Result.map(me(planning), ({ id }) => [Inventory.make({ character: id })])
})
