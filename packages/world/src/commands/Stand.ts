/** `stand`. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { TakeStance } from "../actions/TakeStance.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans TakeStance. */
export const stand = Command.define("stand", {
  grammar: "stand",
  fields: {},
  rejects: [NotHere],
  from: ["Character"],
  help: "Get up again.",
  plan: (_, planning) =>
    Result.map(me(planning), ({ id }) => [TakeStance.make({ character: id, stance: "standing" })])
})
