/** `sell pelt`, `sell all.pelt`: to who keeps shop here. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { Sell } from "../actions/Sell.ts"
import { NoShop, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import { atOnce, choose } from "../Selector.ts"
import * as Shops from "../Shops.ts"
import * as Things from "../Things.ts"

/** Plans one Sell for each thing. */
export const sell = Command.define("sell", {
  grammar: "sell <what...>",
  fields: { what: Schema.String },
  rejects: [NotHere, NoShop, Rejected.Ambiguous],
  from: ["Character"],
  help: "Sell things in a shop: sell pelt, sell all.pelt.",
  plan: ({ what }, planning) =>
    Result.gen(function* () {
      const { id: character, room } = yield* me(planning)
      const keeper = yield* Shops.keeper(planning, room)
      const chosen = yield* choose(what, Things.items(planning, "character", character))
      return chosen
        .slice(0, atOnce)
        .map(({ row }) => Sell.make({ character, keeper: keeper.row.id, item: row.id }))
    })
})
