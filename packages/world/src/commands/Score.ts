/** `score`: how you are. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { Score } from "../actions/Score.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans the view. */
export const score = Command.define("score", {
  grammar: "score|stats",
  fields: {},
  rejects: [NotHere],
  from: ["Character"],
  help: "Show how you are.",
  plan: (_, planning) => Result.map(me(planning), ({ id }) => [Score.make({ character: id })])
})
