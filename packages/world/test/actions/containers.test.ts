import { describe, it } from "@effect/vitest"
import { Examine } from "../../src/actions/Examine.ts"
import { GetGold } from "../../src/actions/GetGold.ts"
import { GetItem } from "../../src/actions/GetItem.ts"
import { PutItem } from "../../src/actions/PutItem.ts"
import type { Holder } from "../../src/aggregates/Item.ts"
import { Item } from "../../src/aggregates/Item.ts"
import { ItemPut } from "../../src/events/ItemPut.ts"
import { ItemTaken } from "../../src/events/ItemTaken.ts"
import {
  Elsewhere,
  Full,
  IntoItself,
  NotContainer,
  NotHere,
  NotTakeable,
  TooDeep
} from "../../src/Failures.ts"
import { ann, annId, at, bob, bobId, given, item, sword, swordId } from "../fixtures/Saltmere.ts"

const id = (n: number) => Item.Id.make(n)
const quay = at("tide-quay")
const me = ann("tide-quay")
const [bagId, pouchId] = [id(410), id(411)]
/** It holds two. */
const bag = (holder: Holder, holderId: number) => item(bagId, "satchel", holder, holderId)
const pouch = (holder: Holder, holderId: number) => item(pouchId, "pouch", holder, holderId)
const put = (what: Item["id"], into: Item["id"], character = annId) =>
  PutItem.make({ character, item: what, container: into })
const into = (what: Item["id"], itemName: string, container: Item["id"], containerName: string) =>
  ItemPut.make({
    item: what,
    itemName,
    container,
    containerName,
    character: annId,
    name: "Ann",
    room: quay
  })
const swordIn = into(swordId, "a rusty cutlass", bagId, "a tarred satchel")
const biscuit = (n: number, holder: Holder, holderId: number) =>
  item(n, "biscuit", holder, holderId)

describe("PutItem", () => {
  it("puts into what is carried or lies there, out of hand too", () => {
    for (const there of [bag("character", annId), bag("room", quay)]) {
      given(ann("tide-quay", { wielding: swordId }), sword("character", annId), there)
        .when(put(swordId, bagId))
        .then(swordIn)
        .leaves(me, sword("item", bagId))
        .and(put(swordId, bagId))
        .fails(new NotHere({ what: "a rusty cutlass" }))
    }
  })
  it("puts into what is in something else, which it can reach", () => {
    const packed = [sword("character", annId), pouch("item", bagId)]
    given(me, ...packed, bag("room", quay))
      .when(put(swordId, pouchId))
      .then(into(swordId, "a rusty cutlass", pouchId, "an oilskin pouch"))
      .leaves(sword("item", pouchId))
    for (const away of [bag("character", bobId), bag("room", at("mudflat"))]) {
      given(me, bob("tide-quay"), ...packed, away)
        .when(put(swordId, pouchId))
        .fails(new NotHere({ what: "an oilskin pouch" }))
    }
  })
  it("is refused by what is full, and by what holds nothing", () => {
    const held = sword("character", annId)
    const full = [biscuit(501, "item", bagId), biscuit(502, "item", bagId)]
    given(me, held, bag("room", quay), ...full)
      .when(put(swordId, bagId))
      .fails(new Full({ what: "a tarred satchel", max: 2 }))
    given(me, held, biscuit(501, "room", quay))
      .when(put(swordId, id(501)))
      .fails(new NotContainer({ what: "a ship's biscuit" }))
    given(ann("tide-quay", { inside: false }), held, bag("room", quay))
      .when(put(swordId, bagId))
      .fails(new Elsewhere())
  })
  it("goes into itself neither at once nor by way of what is in it", () => {
    given(me, bag("character", annId))
      .when(put(bagId, bagId))
      .fails(new IntoItself({ what: "a tarred satchel" }))
    const third = item(412, "pouch", "item", pouchId)
    given(me, bag("character", annId), pouch("item", bagId), third)
      .when(put(bagId, id(412)))
      .fails(new IntoItself({ what: "a tarred satchel" }))
  })
  it("goes only so deep", () => {
    const inner = [1, 2, 3].map((n) => item(420 + n, "pouch", "item", 419 + n))
    const outer = item(420, "pouch", "room", quay)
    given(me, outer, ...inner, sword("character", annId))
      .when(put(swordId, id(423)))
      .then(into(swordId, "a rusty cutlass", id(423), "an oilskin pouch"))
    given(me, outer, ...inner, bag("character", annId))
      .when(put(bagId, id(423)))
      .fails(new TooDeep({ what: "an oilskin pouch" }))
    given(me, outer, ...inner.slice(0, 2), bag("character", annId), pouch("item", bagId))
      .when(put(bagId, id(422)))
      .fails(new TooDeep({ what: "an oilskin pouch" }))
  })
  it("of two and one sword in a bag, one gets it", () => {
    const get = (character: typeof annId) =>
      GetItem.make({ character, item: swordId, container: pouchId })
    given(me, bob("tide-quay"), bag("room", quay), pouch("item", bagId), sword("item", pouchId))
      .when(get(annId))
      .then(
        ItemTaken.make({
          item: swordId,
          itemName: "a rusty cutlass",
          character: annId,
          name: "Ann",
          room: quay,
          from: "an oilskin pouch"
        })
      )
      .and(get(bobId))
      .fails(new NotHere({ what: "a rusty cutlass" }))
  })
  it("what somebody else carries is out of reach, however deep", () => {
    const theirs = [bag("character", bobId), pouch("item", bagId), sword("item", pouchId)]
    given(me, bob("tide-quay"), ...theirs)
      .when(GetItem.make({ character: annId, item: swordId, container: pouchId }))
      .fails(new NotHere({ what: "a rusty cutlass" }))
    const rich = item(411, "pouch", "item", bagId, { gold: 5 })
    given(me, bob("tide-quay"), bag("character", bobId), rich)
      .when(GetGold.make({ character: annId, source: pouchId }))
      .fails(new NotHere({ what: "gold" }))
  })
})

describe("put, and look in, as they are typed", () => {
  const scene = given(
    me,
    sword("character", annId),
    biscuit(501, "character", annId),
    bag("character", annId),
    pouch("item", bagId),
    item(430, "sea-chest", "room", quay)
  )
  it("put", () => {
    for (const line of ["put sword in bag", "put sword into the satchel", "put cutlass bag"]) {
      scene.says(me, line).plans(put(swordId, bagId))
    }
    scene.says(me, "put sword in pouch").plans(put(swordId, pouchId))
    scene.says(me, "put all in bag").plans(put(swordId, bagId), put(id(501), bagId))
    scene
      .says(me, "put all in chest")
      .plans(put(swordId, id(430)), put(bagId, id(430)), put(id(501), id(430)))
    scene.says(me, "put bag in bag").rejects(new IntoItself({ what: "a tarred satchel" }))
    scene.says(me, "put bag in sword").rejects(new NotContainer({ what: "a rusty cutlass" }))
    scene.says(me, "put moon in bag").rejects(new NotHere({ what: "moon" }))
    scene.says(me, "put sword in moon").rejects(new NotHere({ what: "moon" }))
  })
  it("get from what is in something else", () => {
    given(me, bag("character", annId), pouch("item", bagId), sword("item", pouchId))
      .says(me, "get sword from pouch")
      .plans(GetItem.make({ character: annId, item: swordId, container: pouchId }))
    scene.says(me, "get chest").rejects(new NotTakeable({ what: "a sea chest" }))
  })
  it("look in", () => {
    const seen = (n: number) => Examine.make({ character: annId, kind: "item", id: n })
    scene.says(me, "look in bag").plans(seen(bagId))
    scene.says(me, "l in pouch").plans(seen(pouchId))
    scene.says(me, "look in chest").plans(seen(430))
    scene.says(me, "look in sword").rejects(new NotContainer({ what: "a rusty cutlass" }))
    scene.says(me, "look in moon").rejects(new NotHere({ what: "moon" }))
  })
})
