import { assert, describe, it } from "@effect/vitest"
import type { Event } from "@wr2/core"
import { ClosePassage } from "../../src/actions/ClosePassage.ts"
import { Delve } from "../../src/actions/Delve.ts"
import { Depart } from "../../src/actions/Depart.ts"
import { LeaveCopy } from "../../src/actions/LeaveCopy.ts"
import { TearDown } from "../../src/actions/TearDown.ts"
import { Instance } from "../../src/aggregates/Instance.ts"
import { Item } from "../../src/aggregates/Item.ts"
import { Mob } from "../../src/aggregates/Mob.ts"
import { Passage } from "../../src/aggregates/Passage.ts"
import { Room } from "../../src/aggregates/Room.ts"
import * as Conservation from "../../src/Conservation.ts"
import * as Copies from "../../src/Copies.ts"
import { CopyLeft } from "../../src/events/CopyLeft.ts"
import { CopyTornDown } from "../../src/events/CopyTornDown.ts"
import { PassageClosed } from "../../src/events/PassageClosed.ts"
import { PassageOpened } from "../../src/events/PassageOpened.ts"
import { Elsewhere } from "../../src/Failures.ts"
import {
  ann,
  annId,
  at,
  bob,
  bobId,
  given,
  instance,
  item,
  rat,
  town
} from "../fixtures/Saltmere.ts"

const room = at("whale-ring")
const portal = "a whalebone arch"
const delve = (character: typeof annId) =>
  Delve.make({ character, room, portal, place: "barrow", number: 2, arrival: "barrow-mouth" })
const depart = (character: typeof annId, target: number) =>
  Depart.make({ character, room, portal, target, arrival: "barrow-mouth" })
const copy = Copies.numberOf(1, 2, 1_000)!
const passage = Passage.row({ id: Passage.Id.make(1_000), place: "barrow", owner: annId, copy })

describe("the number of a copy", () => {
  it("says where one came in from and what it is a copy of", () => {
    assert.deepStrictEqual([Copies.placeOf(copy), Copies.originOf(copy)], [2, 1])
    assert.isTrue(Copies.isCopy(copy))
    assert.isFalse(Copies.isCopy(5_000))
    assert.strictEqual(Copies.placeOf(5_000), 5_000)
    assert.notStrictEqual(Copies.numberOf(1, 2, 1_001), copy)
    assert.isNull(Copies.numberOf(1_000, 2, 1))
    assert.isNull(Copies.numberOf(1, 2, 10_000_000_000))
  })
})

describe("Delve", () => {
  it("opens a way for who comes first, and lets its group through the same", () =>
    given(instance(), ann("whale-ring", { party: annId }), bob("whale-ring", { party: annId }))
      .when(delve(annId))
      .then(PassageOpened.make({ passage: passage.row }))
      .next(depart(annId, copy))
      .leaves(passage)
      .and(delve(bobId))
      .then()
      .next(depart(bobId, copy)))
  it("gives who is in no group, or another, a copy of their own", () => {
    const other = Copies.numberOf(1, 2, 2_000)!
    given(instance(), passage, bob("whale-ring"))
      .when(delve(bobId), { firstId: 2_000 })
      .then(
        PassageOpened.make({
          passage: { id: Passage.Id.make(2_000), place: "barrow", owner: bobId, copy: other }
        })
      )
      .next(depart(bobId, other))
  })
  it("leads into the place itself where no copies can be made, and nowhere from elsewhere", () => {
    given(ann("whale-ring")).when(delve(annId), { instance: 5_000 }).then().next(depart(annId, 2))
    given(instance(), ann("mudflat")).when(delve(annId)).fails(new Elsewhere())
  })
})

describe("a copy that is left", () => {
  const leave = LeaveCopy.make({ instance: Instance.Id.make(copy) })
  it("is looked at by whoever departs from one", () => {
    const out = Depart.make({ character: annId, room, portal, target: 1, arrival: "whale-ring" })
    for (const [here, next] of [
      [copy, [leave]],
      [1, []]
    ] as const) {
      const left = given(ann("whale-ring")).when(out, { instance: here })
      left
        .then(
          { _tag: "CharacterDeparted", character: annId, name: "Ann", room, portal } as never,
          {
            _tag: "CharacterSent",
            character: ann("whale-ring").row,
            items: [],
            session: "session-101",
            target: 1,
            arrival: "whale-ring"
          } as never
        )
        .next(...next)
    }
  })
  it("asks to let nobody in, once nobody is in it, asleep or awake", () => {
    const left = CopyLeft.make({ copy, origin: 1 })
    given().when(leave).then(left)
    given(ann("mudflat", { inside: false }))
      .when(leave)
      .then()
    const sends: Event.Message | undefined = CopyLeft.sends?.(left)
    assert.deepStrictEqual(sends, {
      target: 1,
      command: { _tag: "close passage", copy } as never
    })
  })
})

describe("ClosePassage", () => {
  const close = ClosePassage.make({ copy })
  const source = { type: "instance", id: copy }
  it("takes the way away and answers, also when it was gone", () => {
    const closed = PassageClosed.make({ copy, passages: [passage.row.id] })
    given(passage)
      .says(source, { _tag: "close passage", copy } as never)
      .plans(close)
      .when(close)
      .then(closed)
      .gone(passage.ref)
      .and(close)
      .then(PassageClosed.make({ copy, passages: [] }))
    assert.deepStrictEqual(PassageClosed.sends?.(closed), {
      target: copy,
      command: { _tag: "tear down" }
    } as never)
  })
})

describe("TearDown", () => {
  const tear = TearDown.make({ instance: Instance.Id.make(1) })
  const chest = item(302, "sea-chest", "room", room, { gold: 3 })
  const pelt = item(303, "pelt", "item", 302)
  const claw = item(304, "pelt", "mob", 201)
  it("takes all of it away", () => {
    const torn = CopyTornDown.make({
      instance: Instance.Id.make(1),
      rooms: town.map(({ ref }) => Room.Id.make(ref.id)),
      mobs: [Mob.Id.make(201)],
      items: [302, 303, 304].map((id) => Item.Id.make(id)),
      sky: false,
      gold: 6
    })
    given(instance(), rat("mudflat"), chest, pelt, claw)
      .says({ type: "instance", id: 1 }, { _tag: "tear down" } as never)
      .plans(tear)
      .when(tear)
      .then(torn)
      .gone(
        instance().ref,
        chest.ref,
        pelt.ref,
        claw.ref,
        rat("mudflat").ref,
        ...town.map(({ ref }) => ref)
      )
      .and(tear)
      .then()
    assert.deepStrictEqual(Conservation.made(torn), { gold: -6, items: -3 })
  })
  it("leaves it to who is in it, asleep or awake", () => {
    given(instance(), ann("mudflat")).when(tear).then()
    given(instance(), ann("mudflat", { inside: false }))
      .when(tear)
      .then()
  })
})

describe("enter", () => {
  it("goes into the place itself where it has no copies", () =>
    given(ann("whale-ring")).says(ann("whale-ring"), "enter arch").plans(depart(annId, 2)))
})
