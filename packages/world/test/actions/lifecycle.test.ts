import { assert, describe, it } from "@effect/vitest"
import { forgotten } from "../../src/aggregates/Character.ts"
import { Character } from "../../src/aggregates/Character.ts"
import { CharacterCreated } from "../../src/events/CharacterCreated.ts"
import { CharacterEntered } from "../../src/events/CharacterEntered.ts"
import { CharacterLeft } from "../../src/events/CharacterLeft.ts"
import { CharacterTakenOver } from "../../src/events/CharacterTakenOver.ts"
import { SessionBegan } from "../../src/events/SessionBegan.ts"
import { Fighting, NameReserved } from "../../src/Failures.ts"
import { players } from "../../src/Players.ts"
import { ann, annId, at, given, instance, now, rat, ratId } from "../fixtures/Saltmere.ts"

const asleep = ann("tide-quay", { inside: false })
const enters = (session: string) => players.enter({ id: annId, session })
const entered = CharacterEntered.make({
  character: annId,
  name: "Ann",
  room: at("tide-quay")
})
const began = (session: string) => SessionBegan.make({ character: annId, session, at: now })

describe("create", () => {
  const create = players.create({
    id: annId,
    name: "Ann",
    account: 101,
    fresh: { description: "Ann has nothing to hide." }
  })
  const created = CharacterCreated.make({ character: asleep.row })
  it("makes a character at the start, with its first gold", () =>
    given(instance()).when(create).then(created).leaves(asleep))
  it("takes no name that the world has for its own", () => {
    for (const name of ["Rat", "Cutlass", "Arch", "You", "All", "System"]) {
      given(instance())
        .when(players.create({ id: annId, name, account: 101, fresh: { description: "" } }))
        .fails(new NameReserved({ name }))
    }
  })
  it("does nothing when there is one", () =>
    given(instance(), ann("chandlery")).when(create).then().leaves(ann("chandlery")))
})

describe("enter", () => {
  it("takes a place in the room, and its streams", () => {
    given(asleep)
      .when(enters("session-101"))
      .then(began("session-101"), entered)
      .leaves({ ...ann("tide-quay"), runtime: { session: "session-101", since: now } })
    const streams = ["character:101", `room:${at("tide-quay")}`]
    assert.deepStrictEqual(CharacterEntered.heardBy(entered), streams)
    assert.deepStrictEqual(CharacterEntered.follows?.(entered), [
      { subscriber: "character:101", leave: [], join: [...streams, "everywhere"] }
    ])
  })
  it("by the session inside does nothing", () =>
    given(ann("tide-quay")).when(enters("session-101")).then())
  it("by another takes over", () =>
    given(ann("tide-quay"))
      .when(enters("other"))
      .then(began("other"), CharacterTakenOver.make({ character: annId }))
      .leaves({ ...ann("tide-quay"), runtime: { session: "other", since: now } }))
  it("after a rebuild of the runtime row: it named nobody's session", () => {
    const rebuilt = Character.runtime!.build(ann("tide-quay").row, now)
    assert.strictEqual(rebuilt.session, forgotten)
    given({ ...ann("tide-quay"), runtime: rebuilt })
      .when(enters("session-101"))
      .then(began("session-101"), CharacterTakenOver.make({ character: annId }))
  })
})

describe("leave and disconnect", () => {
  const left = (how: "left" | "lost", freed: ReadonlyArray<typeof ratId> = []) =>
    CharacterLeft.make({ character: annId, name: "Ann", room: at("gallows-square"), how, freed })
  const leave = players.leave({ id: annId, session: "session-101" })
  it("frees the place", () =>
    given(ann("gallows-square"))
      .when(leave)
      .then(left("left"))
      .leaves(ann("gallows-square", { inside: false }))
      // Again, it is done already.
      .and(leave)
      .then())
  it("ends fights on both sides", () =>
    given(
      ann("gallows-square", { fighting: 201, fight: 7 }),
      rat("gallows-square", { fighting: annId, fight: 7 })
    )
      .when(players.disconnect({ id: annId, session: "session-101" }))
      .then(left("lost", [ratId]))
      .leaves(rat("gallows-square"), ann("gallows-square", { inside: false })))
  it("does not let out of a fight who says good-bye", () => {
    const fighting = ann("gallows-square", { fighting: 201, fight: 7 })
    given(fighting).when(leave).fails(new Fighting())
    given(ann("gallows-square"), rat("gallows-square", { fighting: annId, fight: 7 }))
      .when(leave)
      .fails(new Fighting())
  })
  it("leaves another's session alone", () =>
    given(ann("tide-quay"))
      .when(players.disconnect({ id: annId, session: "older" }))
      .then()
      .leaves(ann("tide-quay")))
})

describe("quit", () => {
  it("leaves", () =>
    given(ann("tide-quay"))
      .says(ann("tide-quay"), "quit")
      .plans(players.leave({ id: annId, session: "session-101" })))
  it("is no way out of a fight", () => {
    const fighting = ann("mudflat", { fighting: 201, fight: 7 })
    given(fighting, rat("mudflat")).says(fighting, "quit").rejects(new Fighting())
  })
})
