/** `claim`: fetch what is yours of auctions that are over, and of bids that were not the last. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { Claim } from "../actions/Claim.ts"
import { Lot } from "../aggregates/Lot.ts"
import { NothingToClaim, NotHere } from "../Failures.ts"
import * as Lots from "../Lots.ts"
import { me } from "../Me.ts"
import { atOnce } from "../Selector.ts"

/** Plans one Claim for each lot. */
export const claim = Command.define("claim", {
  grammar: "claim",
  fields: {},
  rejects: [NotHere, NothingToClaim],
  from: ["Character"],
  help: "Fetch what you have won or earned at auctions.",
  plan: (_, planning) =>
    Result.gen(function* () {
      const { id: character, inside } = yield* me(planning)
      const lots = planning.projection.all(Lot).filter((lot) => {
        const { gold, item } = Lots.claim(lot, character)
        return gold > 0 || item
      })
      if (!inside || lots.length === 0) return yield* Result.fail(new NothingToClaim())
      return lots.slice(0, atOnce).map(({ id: lot }) => Claim.make({ character, lot }))
    })
})
