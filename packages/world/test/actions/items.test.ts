import { describe, it } from "@effect/vitest"
import { Rejected } from "@wr2/core"
import { DropGold } from "../../src/actions/DropGold.ts"
import { DropItem } from "../../src/actions/DropItem.ts"
import { GetGold } from "../../src/actions/GetGold.ts"
import { GetItem } from "../../src/actions/GetItem.ts"
import { GiveGold } from "../../src/actions/GiveGold.ts"
import { GiveItem } from "../../src/actions/GiveItem.ts"
import { Wield } from "../../src/actions/Wield.ts"
import { Item } from "../../src/aggregates/Item.ts"
import { GoldDropped } from "../../src/events/GoldDropped.ts"
import { GoldGiven } from "../../src/events/GoldGiven.ts"
import { GoldTaken } from "../../src/events/GoldTaken.ts"
import { ItemDropped } from "../../src/events/ItemDropped.ts"
import { ItemGiven } from "../../src/events/ItemGiven.ts"
import { ItemTaken } from "../../src/events/ItemTaken.ts"
import { ItemWielded } from "../../src/events/ItemWielded.ts"
import {
  NotContainer,
  NotHere,
  NotTakeable,
  NotWeapon,
  TakesNothing,
  TooMuch,
  TooPoor,
  ToSelf
} from "../../src/Failures.ts"
import {
  ann,
  annId,
  at,
  bob,
  bobId,
  given,
  item,
  rat,
  sword,
  swordId
} from "../fixtures/Saltmere.ts"

const quay = at("tide-quay")
const onQuay = sword("room", quay)
const id = (n: number) => Item.Id.make(n)
const itemName = "a rusty cutlass"
const get = (character = annId, container: Item["id"] | null = null, of = swordId) =>
  GetItem.make({ character, item: of, container })
const taken = (from: string | null = null) =>
  ItemTaken.make({ item: swordId, itemName, character: annId, name: "Ann", room: quay, from })
/** A corpse on the quay, with 7 gold in it. */
const corpse = (gold = 7) =>
  item(400, "corpse", "room", quay, {
    gold,
    rolled: { name: "the corpse of a marsh rat", damage: 0 }
  })
const biscuits = (count: number, holder: number) =>
  Array.from({ length: count }, (_, i) => item(500 + i, "biscuit", "character", holder))

describe("GetItem", () => {
  it("takes from the ground: of two who try, the second fails", () =>
    given(ann("tide-quay"), bob("tide-quay"), onQuay)
      .when(get())
      .then(taken())
      .leaves(sword("character", annId))
      .and(get(bobId))
      .fails(new NotHere({ what: itemName })))
  it("takes out of a container beside one", () =>
    given(ann("tide-quay"), corpse(), sword("item", 400))
      .when(get(annId, id(400)))
      .then(taken("the corpse of a marsh rat"))
      .leaves(sword("character", annId), corpse()))
  it("does not reach into another room, or past the container", () => {
    given(ann("rope-street"), corpse(), sword("item", 400))
      .when(get(annId, id(400)))
      .fails(new NotHere({ what: itemName }))
    given(ann("tide-quay"), corpse(), sword("item", 400))
      .when(get())
      .fails(new NotHere({ what: itemName }))
    given(ann("tide-quay"), bob("tide-quay"), sword("character", bobId))
      .when(get())
      .fails(new NotHere({ what: itemName }))
  })
  it("leaves what cannot be taken", () =>
    given(ann("tide-quay"), corpse())
      .when(get(annId, null, id(400)))
      .fails(new NotTakeable({ what: "the corpse of a marsh rat" })))
  it("has a bound", () =>
    given(ann("tide-quay"), onQuay, ...biscuits(20, annId))
      .when(get())
      .fails(new TooMuch({ who: "you", max: 20 })))
})

describe("GetGold", () => {
  const pile = item(401, "coins", "room", quay, { gold: 5 })
  const gold = (source: number) => GetGold.make({ character: annId, source: id(source) })
  const took = { character: annId, name: "Ann", room: quay }
  it("takes up a pile", () =>
    given(ann("tide-quay"), pile)
      .when(gold(401))
      .then(GoldTaken.make({ source: id(401), pile: true, from: null, amount: 5, ...took }))
      .leaves(ann("tide-quay", { gold: 25 }))
      .gone(pile.ref))
  it("empties a container, once", () =>
    given(ann("tide-quay"), corpse())
      .when(gold(400))
      .then(
        GoldTaken.make({
          source: id(400),
          pile: false,
          from: "the corpse of a marsh rat",
          amount: 7,
          ...took
        })
      )
      .leaves(ann("tide-quay", { gold: 27 }), corpse(0))
      .and(gold(400))
      .fails(new NotHere({ what: "gold" })))
})

describe("DropItem and DropGold", () => {
  const drop = DropItem.make({ character: annId, item: swordId })
  it("puts down, out of hand too", () =>
    given(ann("tide-quay", { wielding: swordId }), sword("character", annId))
      .when(drop)
      .then(
        ItemDropped.make({ item: swordId, itemName, character: annId, name: "Ann", room: quay })
      )
      .leaves(ann("tide-quay"), onQuay)
      .and(drop)
      .fails(new NotHere({ what: itemName })))
  it("makes a pile of coins", () =>
    given(ann("tide-quay"))
      .when(DropGold.make({ character: annId, amount: 5 }))
      .then(
        GoldDropped.make({
          pile: id(1000),
          template: "coins",
          amount: 5,
          character: annId,
          name: "Ann",
          room: quay
        })
      )
      .leaves(ann("tide-quay", { gold: 15 }), item(1000, "coins", "room", quay, { gold: 5 }))
      .and(DropGold.make({ character: annId, amount: 16 }))
      .fails(new TooPoor({ has: 15 })))
})

describe("GiveItem and GiveGold", () => {
  const give = GiveItem.make({ from: annId, to: bobId, item: swordId })
  const coins = (amount: number) => GiveGold.make({ from: annId, to: bobId, amount })
  const names = { from: annId, fromName: "Ann", to: bobId, toName: "Bob", room: quay }
  it("hands over", () =>
    given(ann("tide-quay", { wielding: swordId }), bob("tide-quay"), sword("character", annId))
      .when(give)
      .then(ItemGiven.make({ item: swordId, itemName, ...names }))
      .leaves(ann("tide-quay"), sword("character", bobId))
      .and(give)
      .fails(new NotHere({ what: itemName })))
  it("needs a receiver who is there, awake and not laden", () => {
    const held = sword("character", annId)
    for (const absent of [bob("rope-street"), bob("tide-quay", { inside: false })]) {
      given(ann("tide-quay"), absent, held)
        .when(give)
        .fails(new NotHere({ what: "Bob" }))
      given(ann("tide-quay"), absent)
        .when(coins(1))
        .fails(new NotHere({ what: "Bob" }))
    }
    given(ann("tide-quay"), bob("tide-quay"), held, ...biscuits(20, bobId))
      .when(give)
      .fails(new TooMuch({ who: "Bob", max: 20 }))
  })
  it("moves gold, no more than there is", () =>
    given(ann("tide-quay"), bob("tide-quay"))
      .when(coins(12))
      .then(GoldGiven.make({ amount: 12, ...names }))
      .leaves(ann("tide-quay", { gold: 8 }), bob("tide-quay", { gold: 32 }))
      .and(coins(9))
      .fails(new TooPoor({ has: 8 })))
})

describe("Wield", () => {
  const wield = Wield.make({ character: annId, item: swordId })
  it("takes a weapon in hand", () =>
    given(ann("tide-quay"), sword("character", annId))
      .when(wield)
      .then(
        ItemWielded.make({ item: swordId, itemName, character: annId, name: "Ann", room: quay })
      )
      .leaves(ann("tide-quay", { wielding: swordId })))
  it("needs to hold it, and it to be a weapon", () => {
    given(ann("tide-quay"), onQuay)
      .when(wield)
      .fails(new NotHere({ what: itemName }))
    given(ann("tide-quay"), item(301, "pelt", "character", annId))
      .when(wield)
      .fails(new NotWeapon({ what: "a wet pelt" }))
  })
})

describe("get, drop, give and wield as they are typed", () => {
  const me = ann("tide-quay")
  const second = item(302, "cutlass", "room", quay)
  const bench = item(303, "bench", "room", quay)
  const around = given(me, bob("tide-quay"), onQuay, second, bench, corpse(), sword_in_corpse())
  function sword_in_corpse() {
    return item(304, "cutlass", "item", 400)
  }
  const take = (n: number, container: number | null = null) =>
    get(annId, container === null ? null : id(container), id(n))
  it("get", () => {
    around.says(me, "get sword").plans(take(301))
    around.says(me, "take 2.sword").plans(take(302))
    around.says(me, "get the rusty cutlass").plans(take(301))
    around.says(me, 'get "rusty cutlass"').plans(take(301))
    around.says(me, "get all").plans(take(301), take(302))
    around.says(me, "g all.sword").plans(take(301), take(302))
    around.says(me, "get item.302").plans(take(302))
    around.says(me, "get bench").rejects(new NotTakeable({ what: "a stone bench" }))
    around.says(me, "get 3.sword").rejects(new NotHere({ what: "3.sword" }))
    around.says(me, "get moon").rejects(new NotHere({ what: "moon" }))
  })
  it("get ... from", () => {
    const gold = GetGold.make({ character: annId, source: id(400) })
    around.says(me, "get sword from corpse").plans(take(304, 400))
    around.says(me, "get gold from rat").plans(gold)
    around.says(me, "get all from the corpse").plans(gold, take(304, 400))
    around.says(me, "get all from bench").rejects(new NotContainer({ what: "a stone bench" }))
    around.says(me, "get moon from corpse").rejects(new NotHere({ what: "moon" }))
    around.says(me, "get sword from moon").rejects(new NotHere({ what: "moon" }))
  })
  const laden = given(me, bob("tide-quay"), sword("character", annId), ...biscuits(2, annId))
  const drop = (n: number) => DropItem.make({ character: annId, item: id(n) })
  it("drop", () => {
    laden.says(me, "drop sword").plans(drop(301))
    laden.says(me, "drop all.biscuit").plans(drop(500), drop(501))
    laden.says(me, "drop all").plans(drop(301), drop(500), drop(501))
    laden.says(me, "drop 5 gold").plans(DropGold.make({ character: annId, amount: 5 }))
    laden.says(me, "drop 21 gold").rejects(new TooPoor({ has: 20 }))
    laden.says(me, "drop moon").rejects(new NotHere({ what: "moon" }))
  })
  const give = (n: number) => GiveItem.make({ from: annId, to: bobId, item: id(n) })
  it("give", () => {
    laden.says(me, "give sword to bob").plans(give(301))
    laden.says(me, "give 2.biscuit bo").plans(give(501))
    laden.says(me, "give all to Bob").plans(give(301), give(500), give(501))
    laden.says(me, "give 5 gold to bob").plans(GiveGold.make({ from: annId, to: bobId, amount: 5 }))
    laden.says(me, "give 50 gold bob").rejects(new TooPoor({ has: 20 }))
    laden.says(me, "give sword to ann").rejects(new ToSelf())
    given(me, sword("character", annId), rat("tide-quay"))
      .says(me, "give sword to rat")
      .rejects(new TakesNothing({ who: "a marsh rat" }))
    laden.says(me, "give sword to eve").rejects(new NotHere({ what: "eve" }))
    laden.says(me, "give 0 gold to bob").rejects(new NotHere({ what: "0 gold" }))
  })
  it("wield", () => {
    laden.says(me, "wield sword").plans(Wield.make({ character: annId, item: swordId }))
    laden.says(me, "wield all").rejects(
      new Rejected.Ambiguous({
        word: "all",
        candidates: ["a rusty cutlass", "a ship's biscuit"]
      })
    )
  })
})
