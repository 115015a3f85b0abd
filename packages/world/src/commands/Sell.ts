/** `sell pelt`, `sell all.pelt`: to who keeps shop here. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { Sell } from "../actions/Sell.ts"
import { NoShop, NotCarried, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"
import { atOnce } from "../Selector.ts"
import * as Shops from "../Shops.ts"
import * as Things from "../Things.ts"

/** Plans one Sell for each thing. */
export const sell = Command.define("sell", {
  grammar: "sell <what...>",
  fields: { what: Schema.String },
  rejects: [NotHere, NotCarried, NoShop, Rejected.Ambiguous],
  from: ["Character"],
  help: "Sell things in a shop: sell pelt, sell all.pelt. Of several, what is wanted and you do not use.",
  plan: ({ what }, planning) =>
    Result.gen(function* () {
      const self = yield* me(planning)
      const { id: character, room } = self
      const keeper = yield* Shops.keeper(planning, room)
      const chosen = yield* Things.carried(what, self, planning)
      const loose = Things.loose(chosen, self)
      const wanted = loose.filter(({ row }) => Shops.offer(planning.content, row, keeper.shop) > 0)
      // Of many, what is wanted; where nothing is, the first is refused, and says so.
      return (wanted.length === 0 ? loose.slice(0, 1) : wanted)
        .slice(0, atOnce)
        .map(({ row }) => Sell.make({ character, keeper: keeper.row.id, item: row.id }))
    })
})
