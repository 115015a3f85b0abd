import { assert, describe, it } from "@effect/vitest"
import { Content } from "@wr2/core"
import { game } from "@wr2/testkit/SmallWorld"
import { Result } from "effect"
import { DropItem } from "../../src/actions/DropItem.ts"
import { Equipment } from "../../src/actions/Equipment.ts"
import { Examine } from "../../src/actions/Examine.ts"
import { GiveItem } from "../../src/actions/GiveItem.ts"
import { Inventory } from "../../src/actions/Inventory.ts"
import { PutItem } from "../../src/actions/PutItem.ts"
import { TakeOff } from "../../src/actions/TakeOff.ts"
import { Wear } from "../../src/actions/Wear.ts"
import { Wield } from "../../src/actions/Wield.ts"
import type { Character } from "../../src/aggregates/Character.ts"
import { Item } from "../../src/aggregates/Item.ts"
import { armour } from "../../src/Equipment.ts"
import { EquipmentShown } from "../../src/events/EquipmentShown.ts"
import { InventoryShown } from "../../src/events/InventoryShown.ts"
import { ItemDropped } from "../../src/events/ItemDropped.ts"
import { ItemGiven } from "../../src/events/ItemGiven.ts"
import { ItemPut } from "../../src/events/ItemPut.ts"
import { ItemTakenOff } from "../../src/events/ItemTakenOff.ts"
import { ItemWielded } from "../../src/events/ItemWielded.ts"
import { ItemWorn } from "../../src/events/ItemWorn.ts"
import { ThingViewed } from "../../src/events/ThingViewed.ts"
import { Elsewhere, NotHere, NotWearable, NotWorn, SlotTaken } from "../../src/Failures.ts"
import * as Views from "../../src/views/Views.ts"
import { ann, annId, at, bob, bobId, given, item, sword, swordId } from "../fixtures/Saltmere.ts"

const quay = at("tide-quay")
const [capId, hoodId, glovesId] = [Item.Id.make(320), Item.Id.make(321), Item.Id.make(322)]
const cap = item(capId, "cap", "character", annId)
const hood = item(hoodId, "hood", "character", annId)
const gloves = item(glovesId, "gloves", "character", annId)
const me = (more: Partial<Character> = {}) => ann("tide-quay", more)
const dressed = me({ worn: { head: capId, hands: glovesId }, wielding: swordId })
const armed = [cap, hood, gloves, sword("character", annId)]
const wear = (what: Item["id"]) => Wear.make({ character: annId, item: what })
const takeOff = (what: Item["id"]) => TakeOff.make({ character: annId, item: what })
const by = { character: annId, name: "Ann", room: quay }
const offCap = ItemTakenOff.make({ item: capId, itemName: "an iron cap", wielded: false, ...by })

describe("Wear", () => {
  it("puts on, one thing in each place", () =>
    given(me(), cap, hood)
      .when(wear(capId))
      .then(ItemWorn.make({ item: capId, itemName: "an iron cap", slot: "head", ...by }))
      .leaves(me({ worn: { head: capId } }), cap)
      .and(wear(hoodId))
      .fails(new SlotTaken({ slot: "head" }))
      .and(wear(capId))
      .fails(new SlotTaken({ slot: "head" })))
  it("needs to hold it, awake, and it to be wearable", () => {
    given(me(), item(capId, "cap", "room", quay))
      .when(wear(capId))
      .fails(new NotHere({ what: "an iron cap" }))
    given(me(), sword("character", annId))
      .when(wear(swordId))
      .fails(new NotWearable({ what: "a rusty cutlass" }))
    given(me({ inside: false }), cap)
      .when(wear(capId))
      .fails(new Elsewhere())
  })
})

describe("TakeOff", () => {
  it("takes off what is worn, and puts away what is wielded", () =>
    given(dressed, ...armed)
      .when(takeOff(capId))
      .then(offCap)
      .leaves(me({ worn: { hands: glovesId }, wielding: swordId }), cap)
      .and(takeOff(capId))
      .fails(new NotWorn({ what: "an iron cap" }))
      .and(takeOff(swordId))
      .then(ItemTakenOff.make({ item: swordId, itemName: "a rusty cutlass", wielded: true, ...by }))
      .leaves(me({ worn: { hands: glovesId } })))
})

describe("who parts with what it wears has taken it off", () => {
  const bare = me({ worn: { hands: glovesId }, wielding: swordId })
  it("by dropping it", () =>
    given(dressed, ...armed)
      .when(DropItem.make({ character: annId, item: capId }))
      .then(ItemDropped.make({ item: capId, itemName: "an iron cap", ...by }))
      .leaves(bare, item(capId, "cap", "room", quay)))
  it("by giving it", () =>
    given(dressed, bob("tide-quay"), ...armed)
      .when(GiveItem.make({ from: annId, to: bobId, item: capId }))
      .then(
        ItemGiven.make({
          item: capId,
          itemName: "an iron cap",
          from: annId,
          fromName: "Ann",
          to: bobId,
          toName: "Bob",
          room: quay
        })
      )
      .leaves(bare, item(capId, "cap", "character", bobId)))
  it("by putting it away", () =>
    given(dressed, ...armed, item(410, "satchel", "room", quay))
      .when(PutItem.make({ character: annId, item: capId, container: Item.Id.make(410) }))
      .then(
        ItemPut.make({
          item: capId,
          itemName: "an iron cap",
          container: Item.Id.make(410),
          containerName: "a tarred satchel",
          ...by
        })
      )
      .leaves(bare))
  it("and who wields what it wears wears it no longer", () =>
    given(me({ worn: { shield: swordId } }), sword("character", annId))
      .when(Wield.make({ character: annId, item: swordId }))
      .then(ItemWielded.make({ item: swordId, itemName: "a rusty cutlass", ...by }))
      .leaves(me({ wielding: swordId })))
})

describe("equipment", () => {
  const worn = [
    { slot: null, name: "a rusty cutlass" },
    { slot: "head", name: "an iron cap" },
    { slot: "hands", name: "a pair of gloves" }
  ] as const
  const shown = EquipmentShown.make({ character: annId, worn, armour: 3 })
  const scene = given(dressed, bob("tide-quay"), ...armed)
  it("is shown to its owner, with its armour, and is no part of the inventory", () => {
    scene.when(Equipment.make({ character: annId })).shows(shown)
    assert.deepStrictEqual(Views.event(shown, { character: annId, room: quay }), [
      "In hand: a rusty cutlass.",
      "On the head: an iron cap.",
      "On the hands: a pair of gloves.",
      "Armour: 3."
    ])
    scene.when(Inventory.make({ character: annId })).shows(
      InventoryShown.make({
        character: annId,
        items: [
          { id: swordId, name: "a rusty cutlass" },
          { id: hoodId, name: "a felt hood" }
        ],
        wielding: swordId,
        gold: 20
      })
    )
  })
  it("is seen on who is looked at; and of a thing, where it is worn", () => {
    const blank = { health: null, damage: null, contents: null, gold: 0 }
    scene.when(Examine.make({ character: bobId, kind: "character", id: annId })).shows(
      ThingViewed.make({
        ...blank,
        character: bobId,
        kind: "character",
        id: annId,
        name: "Ann",
        description: "Ann has nothing to hide.",
        health: 100,
        fits: null,
        wears: worn
      })
    )
    scene.when(Examine.make({ character: annId, kind: "item", id: capId })).shows(
      ThingViewed.make({
        ...blank,
        character: annId,
        kind: "item",
        id: capId,
        name: "an iron cap",
        description: "Somebody has been hit on it before.",
        fits: { slot: "head", armour: 2 },
        wears: []
      })
    )
  })
})

describe("armour", () => {
  const rows = new Map(armed.map(({ ref, row }) => [ref.id, row]))
  const the = (_: unknown, id: number) =>
    rows.has(id) ? Result.succeed(rows.get(id)) : Result.fail("gone")
  it("is the sum of what is worn; what cannot be found is in nobody's way", () => {
    const content = Content.reader(game.content)
    const of = (worn: Character["worn"]) =>
      armour({ ...(dressed.row as Character), worn }, { content, the: the as never })
    assert.strictEqual(of({ head: capId, hands: glovesId }), 3)
    assert.strictEqual(of({ head: hoodId, hands: 999 }), 0)
  })
})

describe("wear, remove and equipment as they are typed", () => {
  const scene = given(dressed, bob("tide-quay"), ...armed)
  it("wear", () => {
    const naked = given(me(), ...armed)
    naked.says(me(), "wear cap").plans(wear(capId))
    naked.says(me(), "wear all").plans(wear(capId), wear(glovesId))
    naked.says(me(), "wear sword").rejects(new NotWearable({ what: "a rusty cutlass" }))
    naked.says(me(), "wear moon").rejects(new NotHere({ what: "moon" }))
    scene.says(dressed, "wear hood").plans(wear(hoodId))
  })
  it("remove", () => {
    scene.says(dressed, "rem cap").plans(takeOff(capId))
    scene.says(dressed, "remove all").plans(takeOff(swordId), takeOff(capId), takeOff(glovesId))
    scene.says(dressed, "unwield sword").plans(takeOff(swordId))
    scene.says(dressed, "remove hood").rejects(new NotWorn({ what: "a felt hood" }))
    scene.says(dressed, "remove moon").rejects(new NotHere({ what: "moon" }))
  })
  it("equipment, long and short", () => {
    for (const line of ["equipment", "eq", "equip"]) {
      scene.says(dressed, line).plans(Equipment.make({ character: annId }))
    }
  })
  it("all undresses nobody, and disarms nobody", () => {
    const drop = (what: Item["id"]) => DropItem.make({ character: annId, item: what })
    const give = (what: Item["id"]) => GiveItem.make({ from: annId, to: bobId, item: what })
    scene.says(dressed, "drop all").plans(drop(hoodId))
    scene.says(dressed, "give all to bob").plans(give(hoodId))
    scene.says(dressed, "drop cap").plans(drop(capId))
    scene.says(dressed, "drop sword").plans(drop(swordId))
  })
})
