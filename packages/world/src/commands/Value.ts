/** `value pelt`: what a thing would fetch in the shop here. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { Appraise } from "../actions/Appraise.ts"
import { NoShop, NotCarried, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import * as Shops from "../Shops.ts"
import * as Things from "../Things.ts"

/** Plans the view. */
export const value = Command.define("value", {
  grammar: "value <what...>",
  fields: { what: Schema.String },
  rejects: [NotHere, NotCarried, NoShop, Rejected.Ambiguous],
  from: ["Character"],
  help: "Ask what a shop would pay for something.",
  plan: ({ what }, planning) =>
    Result.gen(function* () {
      const self = yield* me(planning)
      yield* Shops.keeper(planning, self.room)
      const { row } = yield* Things.carriedOne(what, self, planning)
      return [Appraise.make({ character: self.id, item: row.id })]
    })
})
