/** `equipment`, `eq`: what you wear and wield. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { Equipment } from "../actions/Equipment.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans the view. */
export const equipment = Command.define("equipment", {
  grammar: "equipment|eq",
  fields: {},
  rejects: [NotHere],
  from: ["Character"],
  help: "Show what you wear and wield.",
  plan: (_, planning) => Result.map(me(planning), ({ id }) => [Equipment.make({ character: id })])
})
