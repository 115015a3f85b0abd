/** `emote waves`, `:waves`: the room sees that you do it. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { Emote } from "../actions/Emote.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import { Speech } from "../Speech.ts"

/** Plans Emote. */
export const emote = Command.define("emote", {
  grammar: "emote|: <text...>",
  fields: { text: Speech },
  rejects: [NotHere],
  from: ["Character"],
  help: "Do or feel something for all in the room to see: emote waves.",
  plan: ({ text }, planning) =>
    Result.map(me(planning), ({ id }) => [Emote.make({ character: id, text })])
})
