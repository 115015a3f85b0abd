/** `wield sword`: strike with it from now on. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { Wield } from "../actions/Wield.ts"
import { NotCarried, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import * as Things from "../Things.ts"

/** Plans Wield. */
export const wield = Command.define("wield", {
  grammar: "wield <what...>",
  fields: { what: Schema.String },
  rejects: [NotHere, NotCarried, Rejected.Ambiguous],
  from: ["Character"],
  help: "Take a weapon in hand.",
  plan: ({ what }, planning) =>
    Result.gen(function* () {
      const self = yield* me(planning)
      const { row } = yield* Things.carriedOne(what, self, planning)
      return [Wield.make({ character: self.id, item: row.id })]
    })
})
