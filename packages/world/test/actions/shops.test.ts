import { assert, describe, it } from "@effect/vitest"
import { Content, Dice } from "@wr2/core"
import { content } from "@wr2/testkit/SmallWorld"
import { Appraise } from "../../src/actions/Appraise.ts"
import { Attack } from "../../src/actions/Attack.ts"
import { Buy } from "../../src/actions/Buy.ts"
import { ListGoods } from "../../src/actions/ListGoods.ts"
import { Restock } from "../../src/actions/Restock.ts"
import { Sell } from "../../src/actions/Sell.ts"
import { Item } from "../../src/aggregates/Item.ts"
import { Mob } from "../../src/aggregates/Mob.ts"
import * as Conservation from "../../src/Conservation.ts"
import { GoodsListed } from "../../src/events/GoodsListed.ts"
import { ItemAppraised } from "../../src/events/ItemAppraised.ts"
import { ItemBought } from "../../src/events/ItemBought.ts"
import { ItemSold } from "../../src/events/ItemSold.ts"
import { ShopRestocked } from "../../src/events/ShopRestocked.ts"
import {
  CannotPay,
  Elsewhere,
  NoShop,
  NotAttackable,
  NotHere,
  SoldOut,
  TooMuch,
  TooPoor,
  Worthless
} from "../../src/Failures.ts"
import * as Lives from "../../src/Lives.ts"
import * as Making from "../../src/Making.ts"
import * as Views from "../../src/views/Views.ts"
import { ann, annId, at, bob, bobId, given, item, mob, swordId } from "../fixtures/Saltmere.ts"

const read = Content.reader(content)
const room = at("gallows-square")
const keeperId = Mob.Id.make(210)
const keeper = (gold = 30) => mob(210, "sutler", "gallows-square", { gold })
const pipeId = Item.Id.make(320)
const pipe = (holder: "mob" | "character" = "mob", id: number = keeperId) =>
  item(320, "pipe", holder, id)
const candle = (id: number, holder: "mob" | "character" = "mob", by: number = keeperId) =>
  item(id, "tallow", holder, by)
const sword = item(301, "cutlass", "character", annId)

describe("Buy", () => {
  const buy = Buy.make({ character: annId, keeper: keeperId, item: pipeId })
  const theirs = Buy.make({ character: bobId, keeper: keeperId, item: pipeId })
  const bought = ItemBought.make({
    item: pipeId,
    itemName: "a bone pipe",
    price: 12,
    character: annId,
    name: "Ann",
    keeper: keeperId,
    keeperName: "the sutler",
    room
  })
  it("moves the thing one way and its price the other; of two one gets the last", () =>
    given(ann("gallows-square"), bob("gallows-square"), keeper(), pipe())
      .when(buy)
      .then(bought)
      .leaves(ann("gallows-square", { gold: 8 }), keeper(42), pipe("character", annId))
      .and(theirs)
      .fails(new SoldOut({ who: "the sutler" })))
  it("is refused to who is poor, laden, or not there", () => {
    given(ann("gallows-square", { gold: 11 }), keeper(), pipe())
      .when(buy)
      .fails(new TooPoor({ has: 11 }))
    const laden = Array.from({ length: 20 }, (_, i) => item(500 + i, "pelt", "character", annId))
    given(ann("gallows-square"), keeper(), pipe(), ...laden)
      .when(buy)
      .fails(new TooMuch({ who: "you", max: 20 }))
    given(ann("tide-quay"), keeper(), pipe()).when(buy).fails(new NoShop())
    given(ann("gallows-square", { inside: false }), keeper(), pipe())
      .when(buy)
      .fails(new Elsewhere())
    given(ann("gallows-square"), keeper())
      .when(buy)
      .fails(new SoldOut({ who: "the sutler" }))
  })
  it("is typed by what is wanted, where somebody keeps shop", () => {
    given(ann("gallows-square"), keeper(), pipe())
      .says(ann("gallows-square"), "buy pipe")
      .plans(buy)
    given(ann("gallows-square"), keeper())
      .says(ann("gallows-square"), "buy pipe")
      .rejects(new NotHere({ what: "pipe" }))
    given(ann("tide-quay")).says(ann("tide-quay"), "buy pipe").rejects(new NoShop())
  })
  it("reads with its price to the buyer alone", () => {
    assert.deepStrictEqual(Views.event(bought, { character: annId, room }), [
      "You buy a bone pipe from the sutler for 12 gold coins."
    ])
    assert.deepStrictEqual(Views.event(bought, { character: bobId, room }), [
      "Ann buys a bone pipe from the sutler."
    ])
  })
})

describe("Sell", () => {
  const sell = Sell.make({ character: annId, keeper: keeperId, item: swordId })
  const sold = ItemSold.make({
    item: swordId,
    itemName: "a rusty cutlass",
    price: 10,
    character: annId,
    name: "Ann",
    keeper: keeperId,
    keeperName: "the sutler",
    room
  })
  it("pays, and takes the thing out of hand", () =>
    given(ann("gallows-square", { wielding: swordId }), keeper(), sword)
      .when(sell)
      .then(sold)
      .leaves(
        ann("gallows-square", { gold: 30, wielding: null }),
        keeper(20),
        item(301, "cutlass", "mob", keeperId)
      ))
  it("is refused for what is worth nothing, or more than the keeper has", () => {
    given(ann("gallows-square"), keeper(9), sword)
      .when(sell)
      .fails(new CannotPay({ who: "the sutler", price: 10 }))
    given(ann("gallows-square"), keeper(), item(301, "bench", "character", annId))
      .when(sell)
      .fails(new Worthless({ who: "the sutler", what: "a stone bench" }))
    given(ann("tide-quay"), keeper(), sword).when(sell).fails(new NoShop())
    given(ann("gallows-square"), keeper(), item(301, "cutlass", "character", bobId), bob("mudflat"))
      .when(sell)
      .fails(new NotHere({ what: "a rusty cutlass" }))
  })
  it("is typed for one thing or several", () => {
    const two = [candle(330, "character", annId), candle(331, "character", annId)]
    given(ann("gallows-square"), keeper(), sword, ...two)
      .says(ann("gallows-square"), "sell all.candle")
      .plans(
        ...two.map(({ row }) => Sell.make({ character: annId, keeper: keeperId, item: row.id }))
      )
  })
})

describe("Restock", () => {
  const restock = Restock.make({ mob: keeperId })
  const again = Restock.make({ mob: keeperId }, { every: 120_000 })
  const chest = item(340, "sea-chest", "mob", keeperId, { gold: 5 })
  const inChest = item(341, "pelt", "item", 340)
  it("makes what lacks, lets go of what is too much, and mends the purse", () => {
    const made = [item(1000, "tallow", "mob", keeperId), item(1001, "pipe", "mob", keeperId)]
    const restocked = ShopRestocked.make({
      mob: keeperId,
      mobName: "the sutler",
      room,
      made: made.map(({ row }) => row),
      gone: [chest.row.id, inChest.row.id],
      goneGold: 5,
      purse: -12
    })
    given(keeper(42), candle(330), chest, inChest)
      .when(restock)
      .then(restocked)
      .next(again)
      .leaves(keeper(30), candle(330), ...made)
      .gone(chest.ref, inChest.ref)
      .and(restock)
      .then()
      .next(again)
    assert.deepStrictEqual(Conservation.made(restocked), { gold: -17, items: 0 })
  })
  it("takes what is one too many", () =>
    given(keeper(), candle(330), candle(331), candle(332), pipe())
      .when(restock)
      .then(
        ShopRestocked.make({
          mob: keeperId,
          mobName: "the sutler",
          room,
          made: [],
          gone: [Item.Id.make(332)],
          goneGold: 0,
          purse: 0
        })
      ))
  it("ends with its keeper, and with its shop", () => {
    given().when(restock).then().next()
    given(mob(210, "marsh-rat", "gallows-square"))
      .when(restock)
      .then()
      .next()
    assert.isFalse(Restock.options.wakes)
  })
  it("is part of a keeper's life, which begins with its goods", () => {
    let id = 1
    const supplies = { content: read, dice: Dice.fromSeed(1), nextId: () => id++ }
    const made = Making.mob(supplies, { template: "sutler", spawner: "s", room, now: 0 })
    assert.deepStrictEqual(
      made.items.map(({ template }) => template),
      ["tallow", "tallow", "pipe"]
    )
    assert.deepInclude(
      Lives.begin(read, made.mob, supplies.dice),
      Restock.make({ mob: made.mob.id }, { after: 120_000 })
    )
  })
})

describe("list and value", () => {
  it("show what things cost and fetch", () => {
    given(ann("gallows-square"), keeper(), candle(330), pipe())
      .says(ann("gallows-square"), "list")
      .plans(ListGoods.make({ character: annId }))
      .when(ListGoods.make({ character: annId }))
      .shows(
        GoodsListed.make({
          character: annId,
          keeperName: "the sutler",
          goods: [
            { name: "a bone pipe", price: 12 },
            { name: "a tallow candle", price: 3 }
          ]
        })
      )
    const appraise = Appraise.make({ character: annId, item: swordId })
    given(ann("gallows-square"), keeper(), sword)
      .says(ann("gallows-square"), "value cutlass")
      .plans(appraise)
      .when(appraise)
      .shows(
        ItemAppraised.make({
          character: annId,
          item: swordId,
          itemName: "a rusty cutlass",
          keeperName: "the sutler",
          offer: 10
        })
      )
    given(ann("tide-quay"), sword).when(appraise).fails(new NoShop())
    given(ann("tide-quay"))
      .when(ListGoods.make({ character: annId }))
      .fails(new NoShop())
  })
})

describe("who keeps shop", () => {
  it("is not fought", () => {
    given(ann("gallows-square"), keeper())
      .says(ann("gallows-square"), "kill sutler")
      .rejects(new NotAttackable({ what: "the sutler" }))
    given(ann("gallows-square"), keeper())
      .when(Attack.make({ by: "character", character: annId, mob: keeperId, room }))
      .fails(new NotAttackable({ what: "the sutler" }))
  })
})
