/** `value pelt`: what a thing would fetch in the shop here. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { Appraise } from "../actions/Appraise.ts"
import { NoShop, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import { chooseOne } from "../Selector.ts"
import * as Shops from "../Shops.ts"
import * as Things from "../Things.ts"

/** Plans the view. */
export const value = Command.define("value", {
  grammar: "value <what...>",
  fields: { what: Schema.String },
  rejects: [NotHere, NoShop, Rejected.Ambiguous],
  from: ["Character"],
  help: "Ask what a shop would pay for something.",
  plan: ({ what }, planning) =>
    Result.gen(function* () {
      const { id: character, room } = yield* me(planning)
      yield* Shops.keeper(planning, room)
      const { row } = yield* chooseOne(what, Things.items(planning, "character", character))
      return [Appraise.make({ character, item: row.id })]
    })
})
