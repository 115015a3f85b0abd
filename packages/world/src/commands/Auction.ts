/** `auction sword for 10`: put a thing up for auction, with whoever holds one here. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { OpenLot } from "../actions/OpenLot.ts"
import { Lot } from "../aggregates/Lot.ts"
import * as Auctions from "../Auctions.ts"
import { NoAuction, NotHere, TooManyLots } from "../Failures.ts"
import * as Lots from "../Lots.ts"
import { me } from "../Me.ts"
import { chooseOne } from "../Selector.ts"
import * as Things from "../Things.ts"

/** Plans OpenLot. */
export const auction = Command.define("auction", {
  grammar: "auction <what...> for <least>",
  fields: { what: Schema.String, least: Schema.Int.check(Schema.isGreaterThan(0)) },
  rejects: [NotHere, NoAuction, TooManyLots, Rejected.Ambiguous],
  from: ["Character"],
  help: "Put something up for auction: auction sword for 10.",
  plan: ({ least, what }, planning) =>
    Result.gen(function* () {
      const { id: character, room } = yield* me(planning)
      const auctioneer = yield* Auctions.auctioneer(planning, room)
      if (planning.projection.all(Lot).length >= Lots.openMax) {
        return yield* Result.fail(new TooManyLots())
      }
      const { row } = yield* chooseOne(what, Things.items(planning, "character", character))
      return [OpenLot.make({ character, auctioneer, item: row.id, least })]
    })
})
