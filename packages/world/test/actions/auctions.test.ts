import { assert, describe, it } from "@effect/vitest"
import { Bid } from "../../src/actions/Bid.ts"
import { Claim } from "../../src/actions/Claim.ts"
import { CloseLot } from "../../src/actions/CloseLot.ts"
import { ListLots } from "../../src/actions/ListLots.ts"
import { OpenLot } from "../../src/actions/OpenLot.ts"
import { Lot } from "../../src/aggregates/Lot.ts"
import { Mob } from "../../src/aggregates/Mob.ts"
import { BidPlaced } from "../../src/events/BidPlaced.ts"
import { LotClaimed } from "../../src/events/LotClaimed.ts"
import { LotClosed } from "../../src/events/LotClosed.ts"
import { LotOpened } from "../../src/events/LotOpened.ts"
import { LotsListed } from "../../src/events/LotsListed.ts"
import {
  LotOver,
  NoAuction,
  NotEmpty,
  NothingToClaim,
  OwnLot,
  TooLow,
  TooMuch,
  TooPoor
} from "../../src/Failures.ts"
import * as Lots from "../../src/Lots.ts"
import {
  ann,
  annId,
  at,
  bob,
  bobId,
  given,
  item,
  mob,
  now,
  person,
  sword,
  swordId
} from "../fixtures/Saltmere.ts"

const cid = person(103, "Cid")
const cidId = 103 as typeof annId
const room = at("gallows-square")
const auctioneer = Mob.Id.make(210)
const sutler = mob(210, "sutler", "gallows-square")
const id = Lot.Id.make(1_000)
const lot = (more: Partial<Lot> = {}) =>
  Lot.row({
    id,
    item: swordId,
    itemName: "a rusty cutlass",
    seller: annId,
    sellerName: "Ann",
    least: 5,
    bid: 0,
    bidder: null,
    bidderName: null,
    ends: now + 8_000,
    open: true,
    owed: [],
    filled: true,
    ...more
  })
const bobs = { bid: 5, bidder: bobId, bidderName: "Bob" }
const held = sword("lot", id)
const bid = (character: typeof annId, amount: number) =>
  Bid.make({ character, auctioneer, lot: id, amount })
const claims = (character: number) => ({
  actor: { type: "Character", id: character },
  command: { _tag: "claim" } as never
})

describe("OpenLot", () => {
  const open = OpenLot.make({ character: annId, auctioneer, item: swordId, least: 5 })
  it("takes the thing out of hand, and ends after a while", () =>
    given(ann("gallows-square", { wielding: swordId }), sutler, sword("character", annId))
      .says(ann("gallows-square"), "auction cutlass for 5")
      .plans(open)
      .when(open)
      .then(LotOpened.make({ lot: lot().row, room }))
      .next(CloseLot.make({ lot: id }, { after: 8_000 }))
      .leaves(ann("gallows-square", { wielding: null }), held, lot()))
  it("is refused for what is not empty, and where nobody holds auctions", () => {
    given(
      ann("gallows-square"),
      sutler,
      sword("character", annId),
      item(400, "pelt", "item", swordId)
    )
      .when(open)
      .fails(new NotEmpty({ what: "a rusty cutlass" }))
    given(ann("tide-quay"), sutler, sword("character", annId)).when(open).fails(new NoAuction())
  })
})

describe("Bid", () => {
  it("of two in the last second is won by the higher, the other told why", () => {
    const first = lot(bobs)
    const second = lot({
      bid: 6,
      bidder: cidId,
      bidderName: "Cid",
      owed: [{ character: bobId, gold: 5 }]
    })
    given(bob("gallows-square"), cid("gallows-square"), sutler, held, lot())
      .when(bid(bobId, 5), { now: now + 7_999 })
      .then(BidPlaced.make({ lot: first.row, character: bobId, name: "Bob", room }))
      .issues()
      .leaves(bob("gallows-square", { gold: 15 }), first)
      .and(bid(cidId, 5))
      .fails(new TooLow({ least: 6 }))
    given(bob("gallows-square"), cid("gallows-square"), sutler, held, first)
      .when(bid(cidId, 6), { now: now + 7_999 })
      .then(BidPlaced.make({ lot: second.row, character: cidId, name: "Cid", room }))
      .issues(claims(bobId))
      .leaves(second)
    assert.strictEqual(Lots.gold(second.row), 11)
    given(cid("gallows-square"), sutler, held, first)
      .when(bid(cidId, 9), { now: now + 8_000 })
      .fails(new LotOver())
  })
  it("is refused to the seller, to who has bid the most, and beyond what one has", () => {
    given(ann("gallows-square"), sutler, lot()).when(bid(annId, 9)).fails(new OwnLot())
    given(bob("gallows-square"), sutler, lot(bobs)).when(bid(bobId, 9)).fails(new OwnLot())
    given(bob("gallows-square"), sutler, lot())
      .when(bid(bobId, 21))
      .fails(new TooPoor({ has: 20 }))
    given(bob("gallows-square"), sutler).when(bid(bobId, 9)).fails(new LotOver())
    given(bob("tide-quay"), sutler, lot()).when(bid(bobId, 9)).fails(new NoAuction())
  })
  it("names the lot by its thing", () => {
    for (const line of ["bid 9 on cutlass", `bid 9 lot.${id}`]) {
      given(bob("gallows-square"), sutler, lot())
        .says(bob("gallows-square"), line)
        .plans(bid(bobId, 9))
    }
  })
})

describe("CloseLot", () => {
  const close = CloseLot.make({ lot: id })
  it("makes the bid the seller's, and lets both fetch what is theirs; once", () => {
    const over = lot({ ...bobs, open: false, owed: [{ character: annId, gold: 5 }] })
    given(held, lot(bobs))
      .when(close)
      .then(LotClosed.make({ lot: over.row }))
      .issues(claims(annId), claims(bobId))
      .leaves(over)
      .and(close)
      .then()
  })
  it("without a bid gives the thing back", () => {
    given(held, lot())
      .when(close)
      .then(LotClosed.make({ lot: lot({ open: false }).row }))
      .issues(claims(annId))
    given().when(close).then()
  })
})

describe("Claim", () => {
  const over = lot({ ...bobs, open: false, owed: [{ character: annId, gold: 5 }] })
  const claimed = (character: typeof annId, gold: number, thing: boolean, left: Lot | null) =>
    LotClaimed.make({
      lot: id,
      left,
      character,
      gold,
      item: thing ? swordId : null,
      itemName: "a rusty cutlass"
    })
  it("gives each what is theirs, whenever they come, and then the lot is gone", () => {
    const left = lot({ ...bobs, open: false })
    given(ann("tide-quay"), bob("mudflat"), held, over)
      .says(ann("tide-quay"), "claim")
      .plans(Claim.make({ character: annId, lot: id }))
      .when(Claim.make({ character: annId, lot: id }))
      .then(claimed(annId, 5, false, left.row))
      .leaves(ann("tide-quay", { gold: 25 }), left)
      .and(Claim.make({ character: annId, lot: id }))
      .then()
      .and(Claim.make({ character: bobId, lot: id }))
      .then(claimed(bobId, 0, true, null))
      .leaves(sword("character", bobId))
      .gone(over.ref)
      .and(Claim.make({ character: bobId, lot: id }))
      .then()
  })
  it("leaves the thing to who cannot carry it, and is rejected where nothing is theirs", () => {
    const laden = Array.from({ length: 20 }, (_, i) => item(500 + i, "pelt", "character", bobId))
    given(bob("mudflat"), held, over, ...laden)
      .when(Claim.make({ character: bobId, lot: id }))
      .fails(new TooMuch({ who: "you", max: 20 }))
    given(cid("mudflat"), held, over).says(cid("mudflat"), "claim").rejects(new NothingToClaim())
    given(bob("mudflat", { inside: false }), held, over)
      .says(bob("mudflat", { inside: false }), "claim")
      .rejects(new NothingToClaim())
  })
})

describe("auctions", () => {
  it("are listed while they are open", () =>
    given(ann("gallows-square"), sutler, lot(bobs))
      .says(ann("gallows-square"), "auctions")
      .plans(ListLots.make({ character: annId }))
      .when(ListLots.make({ character: annId }))
      .shows(
        LotsListed.make({
          character: annId,
          lots: [{ lot: id, itemName: "a rusty cutlass", next: 6, bidderName: "Bob", seconds: 8 }]
        })
      ))
})
