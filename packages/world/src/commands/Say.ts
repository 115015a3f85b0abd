/** `say hello`, `'hello`. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { Say } from "../actions/Say.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import { Speech } from "../Speech.ts"

/** Plans Say. */
export const say = Command.define("say", {
  grammar: "say|' <text...>",
  fields: { text: Speech },
  rejects: [NotHere],
  precedence: 5,
  from: ["Character"],
  help: "Say something to everybody in the room.",
  plan: ({ text }, planning) =>
    Result.map(me(planning), ({ id }) => [Say.make({ character: id, text })])
})
