/** `exits`: the ways out, and where they lead. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { Exits } from "../actions/Exits.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans the view. */
export const exits = Command.define("exits", {
  grammar: "exits",
  fields: {},
  rejects: [NotHere],
  from: ["Character"],
  help: "Show the ways out, and where they lead.",
  plan: (_, planning) =>
    Result.map(me(planning), ({ id }) => [Exits.make({ character: id, direction: null })])
})
