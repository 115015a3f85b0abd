/** `ask sexton`: what somebody wants of you, and how far you are with it. `ask sexton about bell`: what it knows of something. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { Ask } from "../actions/Ask.ts"
import { Say } from "../actions/Say.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import { chooseOne } from "../Selector.ts"
import { Speech } from "../Speech.ts"
import * as Things from "../Things.ts"

/** Plans Ask; about something, Say: who has something to tell hears it. */
export const ask = Command.define("ask", {
  grammar: ["ask <whom...> about <what...>", "ask <whom...>"],
  fields: { whom: Schema.String, what: Schema.NullOr(Speech) },
  rejects: [NotHere, Rejected.Ambiguous],
  from: ["Character"],
  help: "Ask somebody for a quest, or for its reward; or about something: ask sexton about bell.",
  plan: ({ what, whom }, planning) =>
    Result.gen(function* () {
      const { id: character, room } = yield* me(planning)
      const { row } = yield* chooseOne(whom, Things.mobs(planning, room))
      return [
        what === null ? Ask.make({ character, mob: row.id }) : Say.make({ character, text: what })
      ]
    })
})
