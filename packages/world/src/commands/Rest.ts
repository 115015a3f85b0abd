/** `rest`. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { TakeStance } from "../actions/TakeStance.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans TakeStance. */
export const rest = Command.define("rest", {
  grammar: "rest",
  fields: {},
  rejects: [NotHere],
  from: ["Character"],
  help: "Sit down and rest: you heal faster, until you stand or are attacked.",
  plan: (_, planning) =>
    Result.map(me(planning), ({ id }) => [TakeStance.make({ character: id, stance: "resting" })])
})
