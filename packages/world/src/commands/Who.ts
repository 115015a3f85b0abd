/** `who`: everybody who is inside this instance. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { Who } from "../actions/Who.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans the view. */
export const who = Command.define("who", {
  grammar: "who",
  fields: {},
  rejects: [NotHere],
  from: ["Character"],
  help: "List who is in this part of the world.",
  plan: (_, planning) => Result.map(me(planning), ({ id }) => [Who.make({ character: id })])
})
