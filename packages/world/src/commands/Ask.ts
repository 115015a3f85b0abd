/** `ask sexton`: what somebody wants of you, and how far you are with it. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { Ask } from "../actions/Ask.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import { chooseOne } from "../Selector.ts"
import * as Things from "../Things.ts"

/** Plans Ask. */
export const ask = Command.define("ask", {
  grammar: "ask <whom...>",
  fields: { whom: Schema.String },
  rejects: [NotHere, Rejected.Ambiguous],
  from: ["Character"],
  help: "Ask somebody for a quest, or for its reward.",
  plan: ({ whom }, planning) =>
    Result.gen(function* () {
      const { id: character, room } = yield* me(planning)
      const { row } = yield* chooseOne(whom, Things.mobs(planning, room))
      return [Ask.make({ character, mob: row.id })]
    })
})
