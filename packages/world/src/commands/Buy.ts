/** `buy lantern`: from who keeps shop here. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { Buy } from "../actions/Buy.ts"
import { NoShop, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import { chooseOne } from "../Selector.ts"
import * as Shops from "../Shops.ts"
import * as Things from "../Things.ts"

/** Plans Buy. */
export const buy = Command.define("buy", {
  grammar: "buy <what...>",
  fields: { what: Schema.String },
  rejects: [NotHere, NoShop, Rejected.Ambiguous],
  from: ["Character"],
  help: "Buy something in a shop: see list.",
  plan: ({ what }, planning) =>
    Result.gen(function* () {
      const { id: character, room } = yield* me(planning)
      const keeper = yield* Shops.keeper(planning, room)
      const { row } = yield* chooseOne(what, Things.items(planning, "mob", keeper.id))
      return [Buy.make({ character, keeper: keeper.row.id, item: row.id })]
    })
})
