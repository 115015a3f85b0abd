/** `time`: what time it is. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { TellTime } from "../actions/TellTime.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans the view. */
export const time = Command.define("time", {
  grammar: "time",
  fields: {},
  rejects: [NotHere],
  precedence: -5,
  from: ["Character"],
  help: "Tell the time.",
  plan: (_, planning) => Result.map(me(planning), ({ id }) => [TellTime.make({ character: id })])
})
