/** `where`: where you are, and where the others are. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { Where } from "../actions/Where.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans the view. */
export const where = Command.define("where", {
  grammar: "where",
  fields: {},
  rejects: [NotHere],
  precedence: -1,
  from: ["Character"],
  help: "Show where you are, and where the others are.",
  plan: (_, planning) => Result.map(me(planning), ({ id }) => [Where.make({ character: id })])
})
