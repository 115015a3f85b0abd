/** `say hello`, `'hello`. */
import { Command } from "@wr2/core"
import { Result, Schema } from "effect"
import { Say, textMax } from "../actions/Say.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans Say. */
export const say = Command.define("say", {
  grammar: "say|' <text...>",
  fields: { text: Schema.String.check(Schema.isMaxLength(textMax)) },
  rejects: [NotHere],
  precedence: 5,
  from: ["Character"],
  help: "Say something to everybody in the room.",
  plan: ({ text }, planning) =>
    Result.map(me(planning), ({ id }) => [Say.make({ character: id, text })])
})
