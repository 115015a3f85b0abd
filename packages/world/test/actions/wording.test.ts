/** What players type as they would say it, and what they are told where it cannot be. */
import { describe, it } from "@effect/vitest"
import { Ask } from "../../src/actions/Ask.ts"
import { Bid } from "../../src/actions/Bid.ts"
import { Depart } from "../../src/actions/Depart.ts"
import { DropGold } from "../../src/actions/DropGold.ts"
import { DropItem } from "../../src/actions/DropItem.ts"
import { Exits } from "../../src/actions/Exits.ts"
import { GiveGold } from "../../src/actions/GiveGold.ts"
import { LockDoor } from "../../src/actions/LockDoor.ts"
import { OpenLot } from "../../src/actions/OpenLot.ts"
import { Say } from "../../src/actions/Say.ts"
import { Sell } from "../../src/actions/Sell.ts"
import { SetDoor } from "../../src/actions/SetDoor.ts"
import { Item } from "../../src/aggregates/Item.ts"
import { Lot } from "../../src/aggregates/Lot.ts"
import { Mob } from "../../src/aggregates/Mob.ts"
import {
  Littered,
  NoDoor,
  NotCarried,
  NotHere,
  NoKey,
  TakesNothing,
  TooManyLots,
  TooManyOwnLots,
  Unremarkable
} from "../../src/Failures.ts"
import * as Ground from "../../src/Ground.ts"
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
  rat,
  room,
  sword as blade,
  swordId
} from "../fixtures/Saltmere.ts"

const ground = (id: number, template: string, where: Parameters<typeof at>[0]) =>
  item(id, template, "room", at(where))
const sword = blade("character", annId)
const held = (id: number, template: string) => item(id, template, "character", annId)
const keeperId = Mob.Id.make(210)
const sutler = mob(210, "sutler", "gallows-square", { gold: 60 })

describe("doors and portals", () => {
  const gate = {
    direction: "north",
    to: at("causeway"),
    door: "iron gate",
    trigger: false
  } as const
  const open = SetDoor.make({ character: annId, room: at("marsh-gate"), way: gate, open: true })
  it("are named with their article, or without", () => {
    for (const line of ["open gate", "open the gate", "open the iron gate", "open north"]) {
      given(ann("marsh-gate")).says(ann("marsh-gate"), line).plans(open)
    }
    for (const line of ["enter the arch", "enter a whalebone arch", "enter the whalebone arch"]) {
      const to = { target: 2, arrival: "barrow-mouth" } as const
      const departed = {
        character: annId,
        room: at("whale-ring"),
        portal: "a whalebone arch",
        ...to
      }
      given(ann("whale-ring")).says(ann("whale-ring"), line).plans(Depart.make(departed))
    }
  })
  it("are looked at as ways", () =>
    given(ann("marsh-gate"))
      .says(ann("marsh-gate"), "look at the gate")
      .plans(Exits.make({ character: annId, direction: "north" })))
  it("take the key that is named, if it fits", () => {
    const down = {
      direction: "down",
      to: at("candle-cellar"),
      door: "cellar hatch",
      trigger: false
    } as const
    const shop = ann("chandlery")
    const turn = { character: annId, room: at("chandlery"), way: down, key: Item.Id.make(310) }
    const keys = given(shop, held(310, "tallow-key"), sword)
    for (const line of [
      "unlock hatch",
      "unlock the hatch with key",
      "unlock hatch with a greasy key"
    ])
      keys.says(shop, line).plans(LockDoor.make({ ...turn, locked: false }))
    keys.says(shop, "unlock hatch with sword").rejects(new NoKey({ door: "cellar hatch" }))
    keys.says(shop, "unlock hatch with spoon").rejects(new NotHere({ what: "spoon" }))
  })
  it("are not things, and things are no doors", () => {
    const quay = ann("tide-quay")
    const around = given(quay, ground(430, "sea-chest", "tide-quay"), rat("tide-quay"), sword)
    const no = (what: string, isContainer: boolean) => new NoDoor({ what, isContainer })
    around.says(quay, "open chest").rejects(no("a sea chest", true))
    around.says(quay, "close the sea chest").rejects(no("a sea chest", true))
    around.says(quay, "open rat").rejects(no("a marsh rat", false))
    around.says(quay, "open sword").rejects(no("a rusty cutlass", false))
    around.says(quay, "open window").rejects(new NotHere({ what: "window" }))
  })
  it("stand as authored where the room is older than its door", () =>
    given(ann("marsh-gate"), room("marsh-gate", {}))
      .says(ann("marsh-gate"), "open gate")
      .plans(open))
  it("are gone where content has lost them, however the room remembers them", () =>
    given(ann("tide-quay"), room("tide-quay", { north: "locked" }))
      .says(ann("tide-quay"), "unlock north")
      .rejects(new NotHere({ what: "north" })))
})

describe("what is read of in a room", () => {
  it("and nowhere else has no more to be seen", () => {
    const gate = ann("marsh-gate")
    given(gate).says(gate, "look at the two towers").rejects(new Unremarkable())
    given(gate).says(gate, "look fog").rejects(new Unremarkable())
    given(gate)
      .says(gate, "look moon")
      .rejects(new NotHere({ what: "moon" }))
  })
})

describe("what lies here", () => {
  it("is to be taken up before it is used", () => {
    const square = ann("gallows-square")
    const lying = [
      ground(320, "cutlass", "gallows-square"),
      ground(430, "sea-chest", "gallows-square")
    ]
    const around = given(square, sutler, ...lying)
    const lies = new NotCarried({ what: "a rusty cutlass" })
    for (const line of ["wield sword", "wear sword", "eat sword", "use sword", "drop sword"])
      around.says(square, line).rejects(lies)
    for (const line of ["sell sword", "value sword", "auction sword for 5", "put sword in chest"])
      around.says(square, line).rejects(lies)
    around.says(square, "drop spoon").rejects(new NotHere({ what: "spoon" }))
    around.says(square, "drop all").rejects(new NotHere({ what: "all" }))
  })
  it("is so much at most", () => {
    const quay = ann("tide-quay")
    const many = Array.from({ length: Ground.lyingMax }, (_, i) =>
      ground(1_000 + i, "club", "tide-quay")
    )
    const drop = DropItem.make({ character: annId, item: swordId })
    given(quay, sword, ...many.slice(1))
      .says(quay, "drop sword")
      .plans(drop)
    const full = given(quay, sword, ...many)
    full.says(quay, "drop sword").rejects(new Littered())
    full.says(quay, "drop 5 gold").rejects(new Littered())
  })
})

describe("coins", () => {
  it("are gold, and gold is coins", () => {
    const quay = ann("tide-quay")
    const two = given(quay, bob("tide-quay"))
    for (const line of ["drop 5 gold", "drop 5 coins", "drop 5 gold coins"])
      two.says(quay, line).plans(DropGold.make({ character: annId, amount: 5 }))
    for (const line of ["give 5 coins to bob", "give 5 gold coins to bob", "give 5 gold bob"])
      two.says(quay, line).plans(GiveGold.make({ from: annId, to: bobId, amount: 5 }))
  })
})

describe("who wants something", () => {
  const square = ann("gallows-square")
  const ask = Ask.make({ character: annId, mob: keeperId })
  it("takes what a quest is for, and nothing else", () => {
    const around = given(square, sutler, held(330, "tallow"), sword)
    around.says(square, "give candle to sutler").plans(ask)
    around.says(square, "give sword to sutler").rejects(new TakesNothing({ who: "the sutler" }))
    around.says(square, "give 5 gold to sutler").rejects(new TakesNothing({ who: "the sutler" }))
  })
  it("is asked about something by saying it", () => {
    given(square, sutler)
      .says(square, "ask sutler about the bell")
      .plans(Say.make({ character: annId, text: "the bell" }))
    given(square)
      .says(square, "ask sutler about bell")
      .rejects(new NotHere({ what: "sutler" }))
  })
  it("is sold what it pays for, of all that one does not use", () => {
    const armed = ann("gallows-square", { wielding: swordId })
    const sell = (id: number) =>
      Sell.make({ character: annId, keeper: keeperId, item: Item.Id.make(id) })
    const around = given(armed, sutler, sword, held(331, "bench"), held(332, "cutlass"))
    around.says(armed, "sell all").plans(sell(332))
    around.says(armed, "sell all.cutlass").plans(sell(332))
    around.says(armed, "sell bench").plans(sell(331))
  })
})

describe("an auction house", () => {
  const square = ann("gallows-square")
  const lot = (n: number, seller: number, open: boolean) =>
    Lot.row({
      id: Lot.Id.make(2_000 + n),
      item: 3_000 + n,
      itemName: "a rusty cutlass",
      seller,
      sellerName: "Somebody",
      least: 5,
      bid: 0,
      bidder: null,
      bidderName: null,
      ends: now + 8_000,
      open,
      owed: [],
      filled: true
    })
  const lots = (count: number, seller: number, open: boolean) =>
    Array.from({ length: count }, (_, n) => lot(n, seller, open))
  const sells = "auction sword for 5"
  it("has place for what is open; what waits to be fetched takes none", () => {
    const full = given(square, sutler, sword, ...lots(Lots.openMax, bobId, true))
    full.says(square, sells).rejects(new TooManyLots())
    const over = given(square, sutler, sword, ...lots(Lots.openMax, bobId, false))
    over
      .says(square, sells)
      .plans(OpenLot.make({ character: annId, auctioneer: keeperId, item: swordId, least: 5 }))
  })
  it("has so many lots of one seller, fetched or not", () => {
    for (const open of [true, false])
      given(square, sutler, sword, ...lots(Lots.ownMax, annId, open))
        .says(square, sells)
        .rejects(new TooManyOwnLots({ max: Lots.ownMax }))
  })
  it("knows a lot by a keyword of the thing", () => {
    const bid = Bid.make({
      character: annId,
      auctioneer: keeperId,
      lot: lot(1, 0, true).row.id,
      amount: 6
    })
    const up = given(square, sutler, lot(1, bobId, true), item(3_001, "cutlass", "lot", 2_001))
    for (const line of ["bid 6 on sword", "bid 6 on the rusty cutlass", "bid 6 lot.2001"])
      up.says(square, line).plans(bid)
  })
})

describe("somebody who leads", () => {
  it("is followed by so many", () => {
    const others = Array.from({ length: 8 }, (_, n) =>
      person(110 + n, `Cid${n}`)("gallows-square", { following: annId })
    )
    given(ann("gallows-square"), bob("gallows-square"), ...others)
      .says(bob("gallows-square"), "follow ann")
      .rejects({ _tag: "FollowedEnough", who: "Ann" } as never)
  })
})
