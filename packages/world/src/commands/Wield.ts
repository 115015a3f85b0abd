/** `wield sword`: strike with it from now on. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { Wield } from "../actions/Wield.ts"
import { NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import { chooseOne } from "../Selector.ts"
import * as Things from "../Things.ts"

/** Plans Wield. */
export const wield = Command.define("wield", {
  grammar: "wield <what...>",
  fields: { what: Schema.String },
  rejects: [NotHere, Rejected.Ambiguous],
  from: ["Character"],
  help: "Take a weapon in hand.",
  plan: ({ what }, planning) =>
    Result.gen(function* () {
      const { id: character } = yield* me(planning)
      const { row } = yield* chooseOne(what, Things.items(planning, "character", character))
      return [Wield.make({ character, item: row.id })]
    })
})
