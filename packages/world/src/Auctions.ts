/** Who holds auctions in a room. */
import { Result } from "effect"
import type { Mob } from "./aggregates/Mob.ts"
import * as Lookup from "./content/Lookup.ts"
import { NoAuction } from "./Failures.ts"
import * as Things from "./Things.ts"

/** The mob that does. */
export const auctioneer = (
  look: Things.Look,
  room: number
): Result.Result<Mob["id"], NoAuction> => {
  const found = Things.mobs(look, room).find(
    ({ row }) => Lookup.mob(look.content, row.template).auctions !== null
  )
  return found === undefined ? Result.fail(new NoAuction()) : Result.succeed(found.row.id)
}
