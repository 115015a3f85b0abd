/** An auction, as three guests play it: one sells, two bid, and each gets what is theirs. */
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { invite } from "./guests.ts"
import type { Guest } from "./guests.ts"

it.live(
  "of two who bid one wins; thing and gold find their owners",
  () =>
    Effect.gen(function* () {
      const [ann, bob, cid] = (yield* invite(3)) as [Guest, Guest, Guest]
      for (const guest of [ann, bob, cid]) yield* guest.types("n", "n")
      yield* ann.types("buy candle")
      yield* ann.does(
        "auction candle for 2",
        "You put up a tallow candle for auction, from 2 gold coins."
      )
      yield* bob.does("bid 3 on candle", "You bid 3 gold coins for a tallow candle.")
      yield* cid.does("bid 3 on candle", "Bid 4 gold at least.")
      yield* cid.does("bid 4 on candle", "You bid 4 gold coins for a tallow candle.")
      yield* bob.sees("The auction house gives you 3 gold coins.")
      yield* cid.sees("You have won a tallow candle for 4 gold coins.")
      yield* cid.sees("The auction house gives you a tallow candle.")
      yield* ann.sees("The auction house gives you 4 gold coins.")
      yield* ann.does("auctions", "Nothing is up for auction.")
      yield* ann.does("claim", "There is nothing here for you to claim.")
    }).pipe(Effect.scoped),
  120_000
)
