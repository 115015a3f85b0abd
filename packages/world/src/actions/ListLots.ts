/** A character asks what is for auction. Read-only. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Character } from "../aggregates/Character.ts"
import { Lot } from "../aggregates/Lot.ts"
import { LotsListed } from "../events/LotsListed.ts"
import * as Lots from "../Lots.ts"

export const ListLots = Action.make("ListLots", { character: Character.Id })
/** Shows the open lots, numbered as bids name them. */
export const listLotsView = ListLots.view({
  emits: [LotsListed],
  view: ({ character }, { now, projection }) =>
    Result.succeed([
      LotsListed.make({
        character,
        lots: projection
          .all(Lot)
          .filter((lot) => Lots.isOpen(lot, now))
          .map((lot) => ({
            lot: lot.id,
            itemName: lot.itemName,
            next: Lots.next(lot),
            bidderName: lot.bidderName,
            seconds: Math.ceil((lot.ends - now) / 1_000)
          }))
      })
    ])
})
