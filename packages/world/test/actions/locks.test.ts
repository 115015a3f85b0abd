import { describe, it } from "@effect/vitest"
import { Exits } from "../../src/actions/Exits.ts"
import { LockDoor } from "../../src/actions/LockDoor.ts"
import { SetDoor } from "../../src/actions/SetDoor.ts"
import { Item } from "../../src/aggregates/Item.ts"
import { DoorLocked } from "../../src/events/DoorLocked.ts"
import { DoorUnlocked } from "../../src/events/DoorUnlocked.ts"
import { ExitsShown } from "../../src/events/ExitsShown.ts"
import {
  DoorAlready,
  DoorOpen,
  Elsewhere,
  Locked,
  LockAlready,
  NoExit,
  NoKey,
  NoLock,
  NotHere
} from "../../src/Failures.ts"
import type { Way } from "../../src/Ways.ts"
import { ann, annId, at, bobId, given, item, room, sword, swordId } from "../fixtures/Saltmere.ts"

const shop = at("chandlery")
const cellar = at("candle-cellar")
const keyId = Item.Id.make(310)
const key = (holder: "room" | "character", id: number) => item(310, "tallow-key", holder, id)
const down: Way = { direction: "down", to: cellar, door: "cellar hatch", trigger: false }
const up: Way = { direction: "up", to: shop, door: "cellar hatch", trigger: true }
const turn = (locked: boolean, by = keyId) =>
  LockDoor.make({ character: annId, room: shop, way: down, key: by, locked })
const turned = {
  room: shop,
  direction: "down",
  beyond: cellar,
  door: "cellar hatch",
  keyName: "a greasy key",
  character: annId,
  name: "Ann"
} as const
/** The hatch, on both sides. */
const hatch = (standing: "open" | "closed" | "locked") =>
  [
    room("chandlery", { west: "closed", down: standing }),
    room("candle-cellar", { up: standing })
  ] as const

describe("LockDoor", () => {
  it("turns the lock on both sides, either way, with the key in hand", () =>
    given(ann("chandlery"), key("character", annId))
      .when(turn(false))
      .then(DoorUnlocked.make(turned))
      .leaves(...hatch("closed"))
      .and(turn(false))
      .fails(new LockAlready({ door: "cellar hatch", locked: false }))
      .and(turn(true))
      .then(DoorLocked.make(turned))
      .leaves(...hatch("locked"))
      .and(turn(true))
      .fails(new LockAlready({ door: "cellar hatch", locked: true })))
  it("turns the same lock from the other side", () =>
    given(ann("candle-cellar"), key("character", annId))
      .when(LockDoor.make({ character: annId, room: cellar, way: up, key: keyId, locked: false }))
      .then(DoorUnlocked.make({ ...turned, room: cellar, beyond: shop, direction: "up" }))
      .leaves(...hatch("closed")))
  it("leaves an open door alone", () =>
    given(ann("chandlery"), key("character", annId), ...hatch("open"))
      .when(turn(true))
      .fails(new DoorOpen({ door: "cellar hatch" })))
  it("needs the key that fits, in one's own hand, beside the door", () => {
    given(ann("chandlery"), sword("character", annId))
      .when(turn(false, swordId))
      .fails(new NoKey({ door: "cellar hatch" }))
    for (const elsewhere of [key("room", shop), key("character", bobId)]) {
      given(ann("chandlery"), elsewhere)
        .when(turn(false))
        .fails(new NotHere({ what: "a greasy key" }))
    }
    for (const away of [ann("tide-quay"), ann("chandlery", { inside: false })]) {
      given(away, key("character", annId)).when(turn(false)).fails(new Elsewhere())
    }
  })
})

describe("lock and unlock as they are typed", () => {
  const me = ann("chandlery")
  it("find the door and its key", () => {
    const scene = given(me, sword("character", annId), key("character", annId))
    for (const line of ["unlock down", "unlock d", "unlock hatch", "un cellar hatch"]) {
      scene.says(me, line).plans(turn(false))
    }
    given(me, key("character", annId), ...hatch("closed"))
      .says(me, "lock hatch")
      .plans(turn(true))
  })
  it("are rejected", () => {
    const without = given(me, key("room", shop))
    without.says(me, "unlock hatch").rejects(new NoKey({ door: "cellar hatch" }))
    without.says(me, "open hatch").rejects(new Locked({ door: "cellar hatch" }))
    without.says(me, "close hatch").rejects(new DoorAlready({ door: "cellar hatch", open: false }))
    without.says(me, "lock west").rejects(new NoLock({ door: "green door" }))
    without.says(me, "lock moon").rejects(new NotHere({ what: "moon" }))
    const scene = (standing: "open" | "closed" | "locked") =>
      given(me, key("character", annId), ...hatch(standing))
    scene("locked")
      .says(me, "lock hatch")
      .rejects(new LockAlready({ door: "cellar hatch", locked: true }))
    scene("closed")
      .says(me, "unlock hatch")
      .rejects(new LockAlready({ door: "cellar hatch", locked: false }))
    scene("open")
      .says(me, "lock hatch")
      .rejects(new DoorOpen({ door: "cellar hatch" }))
  })
  it("a door that is unlocked opens", () =>
    given(me, ...hatch("closed"))
      .says(me, "open hatch")
      .plans(SetDoor.make({ character: annId, room: shop, way: down, open: true })))
})

describe("exits, and a look along one", () => {
  const me = ann("chandlery")
  const shut = { direction: "down", door: "cellar hatch", leads: null } as const
  const open = { direction: "west", door: "green door", leads: "Rope Street" } as const
  const scene = given(me, room("chandlery", { west: "open", down: "locked" }))
  it("show where they lead, but not what is behind a closed door", () => {
    scene
      .when(Exits.make({ character: annId, direction: null }))
      .shows(ExitsShown.make({ character: annId, exits: [open, shut] }))
    scene
      .when(Exits.make({ character: annId, direction: "down" }))
      .shows(ExitsShown.make({ character: annId, exits: [shut] }))
    scene
      .when(Exits.make({ character: annId, direction: "north" }))
      .fails(new NoExit({ direction: "north" }))
  })
  it("are typed", () => {
    scene.says(me, "exits").plans(Exits.make({ character: annId, direction: null }))
    for (const line of ["look down", "l d", "look at down"]) {
      scene.says(me, line).plans(Exits.make({ character: annId, direction: "down" }))
    }
  })
})
