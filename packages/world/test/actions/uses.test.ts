import { assert, describe, it } from "@effect/vitest"
import { Consider } from "../../src/actions/Consider.ts"
import { Help } from "../../src/actions/Help.ts"
import { LookDetail } from "../../src/actions/LookDetail.ts"
import { UseItem } from "../../src/actions/UseItem.ts"
import { Where } from "../../src/actions/Where.ts"
import { Item } from "../../src/aggregates/Item.ts"
import { Considered } from "../../src/events/Considered.ts"
import { DetailViewed } from "../../src/events/DetailViewed.ts"
import { ItemUsed } from "../../src/events/ItemUsed.ts"
import { WhereShown } from "../../src/events/WhereShown.ts"
import { Elsewhere, NotAttackable, NotHere, NotUsable, UnknownTopic } from "../../src/Failures.ts"
import { odds } from "../../src/Odds.ts"
import * as Views from "../../src/views/Views.ts"
import { ann, annId, at, bob, given, item, mob, now, rat, sword } from "../fixtures/Saltmere.ts"

const quay = at("tide-quay")
const [loafId, flaskId, whistleId] = [330, 331, 332].map((n) => Item.Id.make(n)) as [
  Item["id"],
  Item["id"],
  Item["id"]
]
const loaf = item(loafId, "loaf", "character", annId)
const flask = item(flaskId, "flask", "character", annId)
const whistle = item(whistleId, "whistle", "character", annId)
const uses = (what: Item["id"]) => UseItem.make({ character: annId, item: what })
const used = { says: null, spent: true, character: annId, name: "Ann", room: quay, at: now }
const hurt = ann("tide-quay", { hp: 10, hpAt: now })

describe("UseItem", () => {
  const eating = (hp: number) =>
    ItemUsed.make({ ...used, item: loafId, itemName: "a black loaf", how: "eat", hp })
  const eaten = eating(16)
  it("heals, once, and no further than there is health", () => {
    given(hurt, loaf)
      .when(uses(loafId))
      .then(eaten)
      .leaves(ann("tide-quay", { hp: 16, hpAt: now }))
      .gone(loaf.ref)
      .and(uses(loafId))
      .fails({ _tag: "Gone", aggregate: "Item", id: loafId } as never)
    given(ann("tide-quay", { hp: 22, hpAt: now }), loaf)
      .when(uses(loafId))
      .then(eating(25))
    const who = { character: annId, room: quay }
    assert.deepStrictEqual(Views.event(eaten, who), [
      "You eat a black loaf.",
      "You feel better. [16 hp]"
    ])
    assert.deepStrictEqual(Views.event(eaten, { character: 1, room: quay }), [
      "Ann eats a black loaf."
    ])
  })
  it("does what the template says, and may leave the thing as it is", () =>
    given(hurt, whistle)
      .when(uses(whistleId))
      .then(
        ItemUsed.make({
          ...used,
          item: whistleId,
          itemName: "a bone whistle",
          how: "use",
          says: "Far out, something answers.",
          spent: false,
          hp: null
        })
      )
      .leaves(hurt, whistle))
  it("needs to hold it, awake, and it to be of use", () => {
    given(hurt, item(loafId, "loaf", "room", quay))
      .when(uses(loafId))
      .fails(new NotHere({ what: "a black loaf" }))
    given(ann("tide-quay", { inside: false }), loaf)
      .when(uses(loafId))
      .fails(new Elsewhere())
    given(hurt, sword("character", annId))
      .when(uses(Item.Id.make(301)))
      .fails(new NotUsable({ what: "a rusty cutlass", how: "use" }))
  })
  it("is typed as what it is for", () => {
    const scene = given(hurt, loaf, flask, whistle)
    scene.says(hurt, "eat loaf").plans(uses(loafId))
    scene.says(hurt, "drink flask").plans(uses(flaskId))
    for (const line of ["use whistle", "us whistle"]) scene.says(hurt, line).plans(uses(whistleId))
    scene.says(hurt, "use loaf").plans(uses(loafId))
    scene.says(hurt, "drink loaf").rejects(new NotUsable({ what: "a black loaf", how: "drink" }))
    scene.says(hurt, "eat lofa").rejects(new NotHere({ what: "lofa", meant: "loaf" }))
    scene.says(hurt, "eat moon").rejects(new NotHere({ what: "moon" }))
  })
})

describe("Consider", () => {
  const where = ann("gallows-square")
  const king = mob(202, "drowned-guard", "gallows-square", { hp: 30 })
  const sutler = mob(210, "sutler", "gallows-square")
  const think = (n: number) => Consider.make({ character: annId, mob: n as never })
  it("compares what both do in a round, as they are armed and hurt", () => {
    const striker = { hit: 100, low: 4, high: 4, critical: 0, type: "cut", level: 1 } as const
    const guard = { dodge: 0, armour: 0, resists: {} }
    const side = (health: number) => ({ fighter: { striker, guard }, health })
    assert.strictEqual(odds(side(20), side(20)), 100)
    assert.strictEqual(odds(side(40), side(20)), 200)
    assert.strictEqual(odds(side(10), side(20)), 50)
    const limp = { ...side(20), fighter: { striker: { ...striker, low: 0, high: 0 }, guard } }
    assert.isAtLeast(odds(side(20), limp), 1_000)
  })
  it("tells in words", () => {
    const tells = (odds: number) =>
      Views.event(Considered.make({ character: annId, mobName: "a marsh rat", odds }), {
        character: annId,
        room: quay
      })
    assert.deepStrictEqual(
      [300, 140, 75, 35, 34].map((n) => tells(n)[0]),
      [
        "A marsh rat: you would hardly notice.",
        "A marsh rat: you should win.",
        "A marsh rat: it could go either way.",
        "A marsh rat: you would need luck.",
        "A marsh rat: it would be the end of you."
      ]
    )
  })
  it("is of creatures that are there", () => {
    const scene = given(where, bob("gallows-square"), rat("gallows-square"), king, sutler)
    scene.says(where, "consider rat").plans(think(201))
    scene.says(where, "con guard").plans(think(202))
    scene.says(where, "consider sutler").rejects(new NotAttackable({ what: "the sutler" }))
    scene.says(where, "consider bob").rejects(new NotAttackable({ what: "Bob" }))
    scene.when(think(999)).fails(new NotHere({ what: "mob" }))
  })
})

describe("details, where, help", () => {
  const cellar = ann("candle-cellar")
  it("a part of a room can be looked at", () => {
    const detail = (n: number) =>
      LookDetail.make({ character: annId, room: at("candle-cellar"), detail: n })
    const scene = given(cellar)
    scene.says(cellar, "look candles").plans(detail(0))
    scene.says(cellar, "look at tallow").plans(detail(0))
    scene.says(cellar, "look moon").rejects(new NotHere({ what: "moon" }))
    scene
      .when(detail(0))
      .shows(DetailViewed.make({ character: annId, description: "Each hangs by its wick." }))
    scene.when(detail(7)).fails(new NotHere({ what: "detail" }))
    // Where it leads away is a part of the room, too.
    const ring = ann("whale-ring")
    const arch = LookDetail.make({ character: annId, room: at("whale-ring"), detail: 0 })
    const description = "It leads away from here: enter arch."
    given(ring)
      .says(ring, "look arch")
      .plans(arch)
      .when(arch)
      .shows(DetailViewed.make({ character: annId, description }))
  })
  it("a thing is meant before a part of the room", () =>
    given(cellar, item(340, "tallow-bucket", "room", at("candle-cellar")))
      .says(cellar, "look tallow")
      .plans({
        _tag: "Examine",
        payload: { character: annId, kind: "item", id: 340 }
      } as never))
  it("where one is, and the others who are awake", () => {
    const scene = given(cellar, bob("mudflat"))
    scene.says(cellar, "where").plans(Where.make({ character: annId }))
    scene.when(Where.make({ character: annId })).shows(
      WhereShown.make({
        character: annId,
        room: "The Candle Cellar",
        place: "Saltmere",
        persons: [{ name: "Bob", room: "The Mudflat" }],
        more: 0
      })
    )
    given(cellar, bob("mudflat", { inside: false }))
      .when(Where.make({ character: annId }))
      .shows(
        WhereShown.make({
          character: annId,
          room: "The Candle Cellar",
          place: "Saltmere",
          persons: [],
          more: 0
        })
      )
  })
  it("help has topics of the world, and asks back", () => {
    const keys = "Who carries the key of a door unlocks it, and locks it again."
    given(cellar)
      .says(cellar, "help keys")
      .plans(
        Help.make({ character: annId, topics: [{ usage: ["keys"], help: keys }], index: null })
      )
    given(cellar)
      .says(cellar, "help kesy")
      .rejects(new UnknownTopic({ topic: "kesy", meant: "keys" }))
  })
})
