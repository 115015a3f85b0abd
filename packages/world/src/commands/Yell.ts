/** `yell help`: everybody in the instance hears it. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { Yell } from "../actions/Yell.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import { Speech } from "../Speech.ts"

/** Plans Yell. */
export const yell = Command.define("yell", {
  grammar: "yell|shout <text...>",
  fields: { text: Speech },
  rejects: [NotHere],
  precedence: 5,
  from: ["Character"],
  help: "Yell, for everybody in this part of the world to hear.",
  plan: ({ text }, planning) =>
    Result.map(me(planning), ({ id }) => [Yell.make({ character: id, text })])
})
