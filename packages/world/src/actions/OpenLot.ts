/** A character puts a thing up for auction. */
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../aggregates/Character.ts"
import { heldBy, Item } from "../aggregates/Item.ts"
import { Lot } from "../aggregates/Lot.ts"
import { Mob } from "../aggregates/Mob.ts"
import * as Carried from "../Carried.ts"
import * as Lookup from "../content/Lookup.ts"
import { LotOpened } from "../events/LotOpened.ts"
import { Elsewhere, NoAuction, NotEmpty, NotHere } from "../Failures.ts"
import { carried } from "../Reach.ts"
import { CloseLot } from "./CloseLot.ts"

export const OpenLot = Action.make("OpenLot", {
  character: Character.Id,
  auctioneer: Mob.Id,
  item: Item.Id,
  least: Schema.Int.check(Schema.isGreaterThan(0))
})
/** Locks all three, and what would be in the thing. */
export const openLotRule = OpenLot.rule({
  emits: [LotOpened],
  fails: [Elsewhere, NotHere, NoAuction, NotEmpty],
  locks: (a, { projection }) => [
    Character.ref(a.character),
    Mob.ref(a.auctioneer),
    Item.ref(a.item),
    ...Carried.held(projection, "item", a.item)
  ],
  decide: (a, deciding) =>
    Result.gen(function* () {
      const { content, every, ids, now, the } = deciding
      const { character, item, itemName } = yield* carried(deciding, a)
      const mob = yield* the(Mob, a.auctioneer)
      const { auctions } = Lookup.mob(content, mob.template)
      if (auctions === null || mob.room !== character.room) {
        return yield* Result.fail(new NoAuction())
      }
      if (item.gold > 0 || every(Item, "holder", heldBy("item", item.id)).length > 0) {
        return yield* Result.fail(new NotEmpty({ what: itemName }))
      }
      const lot = {
        id: ids.next(Lot),
        item: item.id,
        itemName,
        seller: character.id,
        sellerName: character.name,
        least: a.least,
        bid: 0,
        bidder: null,
        bidderName: null,
        ends: now + auctions * 1_000,
        open: true,
        owed: [],
        filled: true
      }
      return {
        events: [LotOpened.make({ lot, room: character.room })],
        next: [CloseLot.make({ lot: lot.id }, { after: auctions * 1_000 })]
      }
    })
})
