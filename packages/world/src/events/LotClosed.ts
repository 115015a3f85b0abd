/** A lot is over: told to who sold and who won, wherever in the instance they are. */
import { Event } from "@wr2/core"
import { Character } from "../aggregates/Character.ts"
import { Lot } from "../aggregates/Lot.ts"

export const LotClosed = Event.define("LotClosed", {
  fields: { lot: Lot.Row },
  evolve: ({ lot }) => [Lot.update(lot.id, () => lot)],
  heardBy: ({ lot: { bidder, seller } }) =>
    [seller, ...(bidder === null ? [] : [bidder])].map((id) => Character.stream(id))
})
