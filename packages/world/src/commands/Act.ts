/** What an author made of some words in a place: `ring the bell`, where there is one to be rung. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import * as Answering from "../Answering.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import { Speech } from "../Speech.ts"

/** Plans a RunScript for each trigger that answers to the words. No grammar: see `reads` in Game.ts. */
export const act = Command.define("act", {
  fields: { text: Speech },
  rejects: [NotHere],
  from: ["Character"],
  plan: ({ text: what }, planning) =>
    Result.map(me(planning), ({ id: character, room }) =>
      Answering.scripts({ on: "type", room, character, what }, planning)
    )
})
