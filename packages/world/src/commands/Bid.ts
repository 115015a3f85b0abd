/** `bid 12 on sword`, `bid 12 on lot.345`: for a lot that is up for auction here. */
import { Command } from "@wr2/core"
import { Result, Schema } from "effect"
import { Bid } from "../actions/Bid.ts"
import { Lot } from "../aggregates/Lot.ts"
import * as Auctions from "../Auctions.ts"
import { NoAuction, NotHere, TooPoor } from "../Failures.ts"
import { me } from "../Me.ts"
import * as Names from "../Names.ts"
import * as Things from "../Things.ts"

const keywordsOf = (lot: Lot["id"], planning: Things.Look): ReadonlyArray<string> =>
  Things.items(planning, "lot", lot).flatMap(({ keywords }) => keywords)

/** Plans Bid. */
export const bid = Command.define("bid", {
  grammar: "bid <amount> [on] <what...>",
  fields: { amount: Schema.Int.check(Schema.isGreaterThan(0)), what: Schema.String },
  rejects: [NotHere, NoAuction, TooPoor],
  from: ["Character"],
  help: "Bid for something that is up for auction: bid 12 on sword.",
  plan: ({ amount, what }, planning) =>
    Result.gen(function* () {
      const { gold, id: character, room } = yield* me(planning)
      const auctioneer = yield* Auctions.auctioneer(planning, room)
      const lot = planning.projection
        .all(Lot)
        .find(
          ({ id, itemName, open }) =>
            open &&
            (what === `lot.${id}` ||
              Names.fits(what, [...Names.words(itemName), ...keywordsOf(id, planning)]))
        )
      if (lot === undefined) return yield* Result.fail(new NotHere({ what }))
      if (gold < amount) return yield* Result.fail(new TooPoor({ has: gold }))
      return [Bid.make({ character, auctioneer, lot: lot.id, amount })]
    })
})
