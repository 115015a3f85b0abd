/** A character bids for a lot: its gold lies there until it is outbid. In the last second too, one is the last. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Lot } from "../aggregates/Lot.ts"
import { Mob } from "../aggregates/Mob.ts"
import { claimsOf } from "../Claims.ts"
import * as Lookup from "../content/Lookup.ts"
import { BidPlaced } from "../events/BidPlaced.ts"
import { Elsewhere, LotOver, NoAuction, OwnLot, TooLow, TooPoor } from "../Failures.ts"
import { unlessGone } from "../Found.ts"
import * as Lots from "../Lots.ts"

export const Bid = Action.make("Bid", {
  character: Character.Id,
  auctioneer: Mob.Id,
  lot: Lot.Id,
  amount: Schema.Int.check(Schema.isGreaterThan(0))
})
/** Locks the bidder and the lot. Who is outbid fetches their gold at once, if they can. */
export const bidRule = Bid.rule({
  emits: [BidPlaced],
  fails: [Elsewhere, NoAuction, LotOver, OwnLot, TooLow, TooPoor],
  locks: (a) => [Character.ref(a.character), Mob.ref(a.auctioneer), Lot.ref(a.lot)],
  decide: (a, { content, now, the }) =>
    Result.gen(function* () {
      const { gold, id, inside, name, room } = yield* the(Character, a.character)
      const mob = yield* the(Mob, a.auctioneer)
      if (!inside) return yield* Result.fail(new Elsewhere())
      if (mob.room !== room || Lookup.mob(content, mob.template).auctions === null) {
        return yield* Result.fail(new NoAuction())
      }
      const lot = yield* unlessGone(the(Lot, a.lot))
      if (lot === undefined || !Lots.isOpen(lot, now)) return yield* Result.fail(new LotOver())
      if (id === lot.seller || id === lot.bidder) return yield* Result.fail(new OwnLot())
      const least = Lots.next(lot)
      if (a.amount < least) return yield* Result.fail(new TooLow({ least }))
      if (gold < a.amount) return yield* Result.fail(new TooPoor({ has: gold }))
      const after = Lots.outbid(lot, id, name, a.amount)
      const placed = BidPlaced.make({ lot: after, character: id, name, room })
      return { events: [placed], issue: lot.bidder === null ? [] : claimsOf([lot.bidder]) }
    })
})
