/**
 * A lot of an auction house: the thing is held by it, and the gold that was bid lies in it. It is there
 * until everybody has got from it what is theirs.
 */
import { Aggregate } from "@wr2/core"
import { Schema } from "effect"

export const Lot = Aggregate.define("Lot", {
  rank: 22,
  fields: {
    item: Schema.Int,
    itemName: Schema.String,
    /** The character who sells it. */
    seller: Schema.Int,
    sellerName: Schema.String,
    /** The least first bid. */
    least: Schema.Int,
    /** The highest bid, and whose it is; 0 and null before the first. */
    bid: Schema.Int,
    bidder: Schema.NullOr(Schema.Int),
    bidderName: Schema.NullOr(Schema.String),
    /** When it ends, in milliseconds since 1970. */
    ends: Schema.Int,
    /** Whether bids are taken. Once it is over the bid is the seller's, and owed. */
    open: Schema.Boolean,
    /** Gold in it that is somebody's own, until they fetch it: of who was outbid, of who has sold. */
    owed: Schema.Array(Schema.Struct({ character: Schema.Int, gold: Schema.Int })),
    /** Whether the thing is still in it. */
    filled: Schema.Boolean
  }
})
/** A row of its table. */
export type Lot = Aggregate.Row<typeof Lot>
