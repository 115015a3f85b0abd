/** A lot is over. What it comes to is fetched at once by who is there, and by others later. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Lot } from "../aggregates/Lot.ts"
import { claimsOf } from "../Claims.ts"
import { LotClosed } from "../events/LotClosed.ts"
import { unlessGone } from "../Found.ts"
import * as Lots from "../Lots.ts"

/** Wakes nobody: bids are refused once it is over, whoever has noticed. */
export const CloseLot = Action.make("CloseLot", { lot: Lot.Id }, { wakes: false })
/** Locks the lot. */
export const closeLotRule = CloseLot.rule({
  emits: [LotClosed],
  locks: (a) => [Lot.ref(a.lot)],
  decide: (a, { the }) =>
    Result.map(unlessGone(the(Lot, a.lot)), (lot) =>
      lot?.open !== true
        ? {}
        : {
            events: [LotClosed.make({ lot: Lots.closed(lot) })],
            issue: claimsOf([lot.seller, Lots.winner(lot)])
          }
    )
})
