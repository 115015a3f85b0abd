/** What a lot comes to: who may bid how much, what lies in it, and whose that is. */
import type { Lot } from "./aggregates/Lot.ts"

/** So many lots are open in an auction house at a time. */
export const openMax = 40

/** So many of one seller's are in it, those included that wait to be fetched. */
export const ownMax = 5

/** The least that the next bid has to be. */
export const next = ({ bid, bidder, least }: Lot): number => (bidder === null ? least : bid + 1)

/** Whether bids are still taken. */
export const isOpen = (lot: Lot, now: number): boolean => lot.open && now < lot.ends

/** The gold that lies in it. */
export const gold = ({ bid, open, owed }: Lot): number =>
  owed.reduce((sum, { gold }) => sum + gold, open ? bid : 0)

const owes = (lot: Lot, character: number, gold: number): Lot => ({
  ...lot,
  owed: [...lot.owed, { character, gold }]
})

/** The lot with a higher bid: who is outbid is owed theirs. */
export const outbid = (lot: Lot, bidder: number, bidderName: string, bid: number): Lot => ({
  ...(lot.bidder === null ? lot : owes(lot, lot.bidder, lot.bid)),
  bid,
  bidder,
  bidderName
})

/** The lot when it is over: the seller is owed the bid. */
export const closed = (lot: Lot): Lot =>
  lot.bidder === null ? { ...lot, open: false } : owes({ ...lot, open: false }, lot.seller, lot.bid)

/** Whose the thing is, once it is over: the winner's, or the seller's again. */
export const winner = ({ bidder, seller }: Lot): number => bidder ?? seller

/** What of a lot is somebody's, to be fetched. */
export const claim = (
  lot: Lot,
  character: number
): { readonly gold: number; readonly item: boolean } => ({
  gold: lot.owed.reduce((sum, each) => sum + (each.character === character ? each.gold : 0), 0),
  item: !lot.open && lot.filled && winner(lot) === character
})

/** The lot without what somebody has fetched; null when nothing is left in it. */
export const fetched = (lot: Lot, character: number, item: boolean): Lot | null => {
  const left = {
    ...lot,
    owed: lot.owed.filter((each) => each.character !== character),
    filled: lot.filled && !item
  }
  return !left.open && !left.filled && left.owed.length === 0 ? null : left
}
