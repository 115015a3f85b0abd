/** `auction sword for 10`: put a thing up for auction, with whoever holds one here. */
import { Command, Rejected } from "@wr2/core"
import { Result, Schema } from "effect"
import { OpenLot } from "../actions/OpenLot.ts"
import { Lot } from "../aggregates/Lot.ts"
import * as Auctions from "../Auctions.ts"
import { NoAuction, NotCarried, NotHere, TooManyLots, TooManyOwnLots } from "../Failures.ts"
import * as Lots from "../Lots.ts"
import { me } from "../Me.ts"
import * as Things from "../Things.ts"

/** Plans OpenLot. */
export const auction = Command.define("auction", {
  grammar: "auction <what...> for <least>",
  fields: { what: Schema.String, least: Schema.Int.check(Schema.isGreaterThan(0)) },
  rejects: [NotHere, NotCarried, NoAuction, TooManyLots, TooManyOwnLots, Rejected.Ambiguous],
  from: ["Character"],
  help: "Put something up for auction: auction sword for 10.",
  plan: ({ least, what }, planning) =>
    Result.gen(function* () {
      const self = yield* me(planning)
      const { id: character, room } = self
      const auctioneer = yield* Auctions.auctioneer(planning, room)
      const lots = planning.projection.all(Lot)
      if (lots.filter(({ seller }) => seller === character).length >= Lots.ownMax) {
        return yield* Result.fail(new TooManyOwnLots({ max: Lots.ownMax }))
      }
      if (lots.filter(({ open }) => open).length >= Lots.openMax) {
        return yield* Result.fail(new TooManyLots())
      }
      const { row } = yield* Things.carriedOne(what, self, planning)
      return [OpenLot.make({ character, auctioneer, item: row.id, least })]
    })
})
