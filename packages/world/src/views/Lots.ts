/** Auctions, from the first call to what is fetched. */
import type { BidPlaced } from "../events/BidPlaced.ts"
import type { LotClaimed } from "../events/LotClaimed.ts"
import type { LotClosed } from "../events/LotClosed.ts"
import type { LotOpened } from "../events/LotOpened.ts"
import type { LotsListed } from "../events/LotsListed.ts"
import { capital, coins, does, list, You } from "./Words.ts"
import type { View } from "./Words.ts"

/** Up for auction. */
export const lotOpened: View<typeof LotOpened> = ({ lot }, who) => [
  `${You(lot.seller, lot.sellerName, who)} ${does(lot.seller, who, "put", "puts")} up ${lot.itemName} for auction, from ${coins(lot.least)}.`
]
/** A bid. */
export const bidPlaced: View<typeof BidPlaced> = (e, who) => [
  `${You(e.character, e.name, who)} ${does(e.character, who, "bid", "bids")} ${coins(e.lot.bid)} for ${e.lot.itemName}.`
]
/** Over, to the two whom it concerns. */
export const lotClosed: View<typeof LotClosed> = ({ lot }, who) => [
  lot.bidder === null
    ? `Nobody has bid for ${lot.itemName}.`
    : lot.bidder === who.character
      ? `You have won ${lot.itemName} for ${coins(lot.bid)}.`
      : `${lot.bidderName} has won ${lot.itemName} for ${coins(lot.bid)}.`
]
/** Fetched. */
export const lotClaimed: View<typeof LotClaimed> = (e) => [
  `The auction house gives you ${list([
    ...(e.gold === 0 ? [] : [coins(e.gold)]),
    ...(e.item === null ? [] : [e.itemName])
  ])}.`
]
/** To `auctions`. */
export const lotsListed: View<typeof LotsListed> = (e) =>
  e.lots.length === 0
    ? ["Nothing is up for auction."]
    : e.lots.map(
        ({ bidderName, itemName, lot, next, seconds }) =>
          `${capital(itemName)} (lot.${lot}): from ${coins(next)}, ${
            bidderName === null ? "nobody has bid" : `last ${bidderName}`
          }, ${seconds} seconds.`
      )
