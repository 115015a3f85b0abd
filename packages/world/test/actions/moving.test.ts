import { describe, it } from "@effect/vitest"
import { Look } from "../../src/actions/Look.ts"
import { Move } from "../../src/actions/Move.ts"
import { MoveMob } from "../../src/actions/MoveMob.ts"
import { SetDoor } from "../../src/actions/SetDoor.ts"
import { Room } from "../../src/aggregates/Room.ts"
import { CharacterMoved } from "../../src/events/CharacterMoved.ts"
import { DoorClosed } from "../../src/events/DoorClosed.ts"
import { DoorOpened } from "../../src/events/DoorOpened.ts"
import { MobMoved } from "../../src/events/MobMoved.ts"
import {
  DoorAlready,
  DoorShut,
  Elsewhere,
  Fighting,
  Locked,
  NoExit,
  NotHere
} from "../../src/Failures.ts"
import type { Direction } from "../../src/Direction.ts"
import type { Way } from "../../src/Ways.ts"
import * as Triggers from "../../src/Triggers.ts"
import { ann, annId, at, bob, given, rat, ratId, room } from "../fixtures/Saltmere.ts"
import type { Slug } from "../fixtures/Saltmere.ts"

const way = (direction: Direction, to: Slug, more: Partial<Way> = {}): Way => ({
  direction,
  to: at(to),
  door: null,
  trigger: false,
  ...more
})
const north = way("north", "rope-street")
const toShop = way("east", "chandlery", { door: "green door", trigger: true })
const step = (from: Slug, by: Way) => Move.make({ character: annId, from: at(from), way: by })
const moved = (from: Slug, to: Slug, direction: Direction) =>
  CharacterMoved.make({ character: annId, name: "Ann", from: at(from), to: at(to), direction })
const ajar = [
  room("rope-street", { east: "open" }),
  room("chandlery", { west: "open", down: "locked" })
] as const

describe("Move", () => {
  it("walks", () =>
    given(ann("tide-quay"))
      .when(step("tide-quay", north))
      .then(moved("tide-quay", "rope-street", "north"))
      .leaves(ann("rope-street"))
      .issues())
  it("is refused to who is somewhere else by now", () =>
    given(ann("chandlery")).when(step("tide-quay", north)).fails(new Elsewhere()))
  it("is refused to who is not inside", () =>
    given(ann("tide-quay", { inside: false }))
      .when(step("tide-quay", north))
      .fails(new Elsewhere()))
  it("stops at a closed door", () =>
    given(ann("rope-street"))
      .when(step("rope-street", toShop))
      .fails(new DoorShut({ door: "green door" })))
  it("goes through an open door, and has the room's trigger greet", () =>
    given(ann("rope-street"), ...ajar)
      .when(step("rope-street", toShop))
      .then(moved("rope-street", "chandlery", "east"))
      .issues(...Triggers.passed(annId, at("rope-street"), at("chandlery"))))
  it("is no way out of a fight, whoever began it", () => {
    const square = step("gallows-square", way("south", "rope-street"))
    given(ann("gallows-square", { fighting: 201, fight: 1 }), rat("gallows-square"))
      .when(square)
      .fails(new Fighting())
    given(ann("gallows-square"), rat("gallows-square", { fighting: annId, fight: 1 }))
      .when(square)
      .fails(new Fighting())
  })
})

describe("MoveMob", () => {
  const walk = MoveMob.make({
    mob: ratId,
    from: at("gallows-square"),
    way: way("north", "marsh-gate")
  })
  it("walks, and remembers the way back", () =>
    given(rat("gallows-square"))
      .when(walk)
      .then(
        MobMoved.make({
          mob: ratId,
          name: "a marsh rat",
          from: at("gallows-square"),
          to: at("marsh-gate"),
          direction: "north",
          memory: { back: "south", grudge: null }
        })
      )
      .leaves(rat("marsh-gate", {}, { back: "south", grudge: null })))
  it("does not leave who fights it", () => {
    given(rat("gallows-square"), ann("gallows-square", { fighting: 201, fight: 1 }))
      .when(walk)
      .fails(new Fighting())
    given(rat("gallows-square", { fighting: annId, fight: 1 }))
      .when(walk)
      .fails(new Fighting())
    given(rat("mudflat")).when(walk).fails(new Elsewhere())
  })
  it("stops at a closed door", () =>
    given(rat("marsh-gate"))
      .when(
        MoveMob.make({
          mob: ratId,
          from: at("marsh-gate"),
          way: way("north", "causeway", { door: "iron gate" })
        })
      )
      .fails(new DoorShut({ door: "iron gate" })))
})

describe("SetDoor", () => {
  const set = (open: boolean, by = annId) =>
    SetDoor.make({ character: by, room: at("rope-street"), way: toShop, open })
  const door = {
    room: at("rope-street"),
    direction: "east",
    beyond: at("chandlery"),
    door: "green door",
    character: annId,
    name: "Ann"
  } as const
  it("moves both sides, either way", () =>
    given(ann("rope-street"))
      .when(set(true))
      .then(DoorOpened.make(door))
      .leaves(...ajar)
      .and(set(true))
      .fails(new DoorAlready({ door: "green door", open: true }))
      .and(set(false))
      .then(DoorClosed.make(door))
      .leaves(room("rope-street"), room("chandlery")))
  it("is refused from elsewhere", () =>
    given(ann("tide-quay")).when(set(true)).fails(new Elsewhere()))
})

describe("what is locked", () => {
  const hatch = way("down", "candle-cellar", { door: "cellar hatch" })
  it("is not opened", () =>
    given(ann("chandlery"))
      .when(SetDoor.make({ character: annId, room: at("chandlery"), way: hatch, open: true }))
      .fails(new Locked({ door: "cellar hatch" })))
  it("is not walked through", () =>
    given(ann("chandlery"))
      .when(step("chandlery", hatch))
      .fails(new DoorShut({ door: "cellar hatch" })))
})

describe("go", () => {
  const going = (from: Slug, by: Way) => [
    step(from, by),
    Look.make({ character: annId, unless: at(from) })
  ]
  it("is typed in many ways", () => {
    for (const line of ["north", "n", "nor", "go north", "N"]) {
      given(ann("tide-quay"))
        .says(ann("tide-quay"), line)
        .plans(...going("tide-quay", north))
    }
  })
  it("is rejected before anything is written", () => {
    const says = (where: Slug, line: string) =>
      given(ann(where), ...(where === "gallows-square" ? [rat(where)] : [])).says(ann(where), line)
    says("tide-quay", "up").rejects(new NoExit({ direction: "up" }))
    says("rope-street", "e").rejects(new DoorShut({ door: "green door" }))
    given()
      .says(ann("tide-quay"), "n")
      .rejects(new NotHere({ what: "you" }))
    const fighting = ann("gallows-square", { fighting: 201, fight: 1 })
    given(fighting, rat("gallows-square")).says(fighting, "s").rejects(new Fighting())
  })
  it("knows what happens behind a door", () =>
    given(ann("rope-street"), ...ajar)
      .says(ann("rope-street"), "e")
      .plans(...going("rope-street", toShop)))
  it("walks mobs as well", () =>
    given(rat("gallows-square"))
      .says(rat("gallows-square"), { _tag: "go", direction: "north" } as never)
      .plans(
        MoveMob.make({
          mob: ratId,
          from: at("gallows-square"),
          way: way("north", "marsh-gate")
        })
      ))
})

describe("open and close", () => {
  it("find a door by direction or name", () => {
    for (const line of ["open east", "open e", "open green door", "open door"]) {
      given(ann("rope-street"))
        .says(ann("rope-street"), line)
        .plans(SetDoor.make({ character: annId, room: at("rope-street"), way: toShop, open: true }))
    }
  })
  it("are rejected", () => {
    const street = () => given(ann("rope-street"), bob("rope-street"))
    street()
      .says(ann("rope-street"), "open north")
      .rejects(new NotHere({ what: "north" }))
    street()
      .says(ann("rope-street"), "open gate")
      .rejects(new NotHere({ what: "gate" }))
    street()
      .says(ann("rope-street"), "close door")
      .rejects(new DoorAlready({ door: "green door", open: false }))
  })
  it("plan the same door from the other side", () =>
    given(ann("chandlery"))
      .says(ann("chandlery"), "open w")
      .plans(
        SetDoor.make({
          character: annId,
          room: at("chandlery"),
          way: way("west", "rope-street", { door: "green door" }),
          open: true
        })
      )
      .when(
        SetDoor.make({
          character: annId,
          room: at("chandlery"),
          way: way("west", "rope-street", { door: "green door" }),
          open: true
        })
      )
      .then(
        DoorOpened.make({
          room: at("chandlery"),
          direction: "west",
          beyond: Room.Id.make(at("rope-street")),
          door: "green door",
          character: annId,
          name: "Ann"
        })
      )
      .leaves(...ajar))
})
