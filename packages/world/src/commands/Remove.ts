/** `remove coat`, `remove all`: take off what is worn, put away what is wielded. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { TakeOff } from "../actions/TakeOff.ts"
import { NotHere, NotWorn } from "../Failures.ts"
import { me } from "../Me.ts"
import { choose } from "../Selector.ts"
import * as Things from "../Things.ts"

/** Plans one TakeOff for each thing. */
export const remove = Command.define("remove", {
  grammar: "remove|unwield <what...>",
  fields: { what: Schema.String },
  rejects: [NotHere, NotWorn, Rejected.Ambiguous],
  from: ["Character"],
  help: "Take off what you wear, or put away what you wield: remove coat, remove all.",
  plan: ({ what }, planning) =>
    Result.gen(function* () {
      const { id: character, wielding, worn } = yield* me(planning)
      const carried = Things.items(planning, "character", character)
      const used = carried.filter(({ id }) => id === wielding || Object.values(worn).includes(id))
      const chosen = choose(what, used)
      if (Result.isFailure(chosen)) {
        const [thing] = yield* choose(what, carried)
        return yield* Result.fail(new NotWorn({ what: thing!.name }))
      }
      return chosen.success.map(({ row }) => TakeOff.make({ character, item: row.id }))
    })
})
