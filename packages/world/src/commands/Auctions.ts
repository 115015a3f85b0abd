/** `auctions`: what is up for auction here. */
import { Command } from "@wr2/core"
import { Result } from "effect"
import { ListLots } from "../actions/ListLots.ts"
import * as Auctions from "../Auctions.ts"
import { NoAuction, NotHere } from "../Failures.ts"
import { me } from "../Me.ts"

/** Plans the view. */
export const auctions = Command.define("auctions", {
  grammar: "auctions",
  fields: {},
  rejects: [NotHere, NoAuction],
  precedence: -5,
  from: ["Character"],
  help: "Show what is up for auction here.",
  plan: (_, planning) =>
    Result.gen(function* () {
      const { id: character, room } = yield* me(planning)
      yield* Auctions.auctioneer(planning, room)
      return [ListLots.make({ character })]
    })
})
