import { assert, describe, it } from "@effect/vitest"
import type { Event } from "@wr2/core"
import { Admit } from "../../src/actions/Admit.ts"
import { Depart } from "../../src/actions/Depart.ts"
import { Character } from "../../src/aggregates/Character.ts"
import { Item } from "../../src/aggregates/Item.ts"
import { arrive } from "../../src/commands/Arrive.ts"
import { fire } from "../../src/commands/Fire.ts"
import { greet } from "../../src/commands/Greet.ts"
import { CharacterArrived } from "../../src/events/CharacterArrived.ts"
import { CharacterDeparted } from "../../src/events/CharacterDeparted.ts"
import { CharacterReceived } from "../../src/events/CharacterReceived.ts"
import { CharacterSent } from "../../src/events/CharacterSent.ts"
import { SessionBegan } from "../../src/events/SessionBegan.ts"
import { Elsewhere, Fighting, NotHere } from "../../src/Failures.ts"
import * as System from "../../src/System.ts"
import { ann, annId, at, given, instance, item, now, rat, sword } from "../fixtures/Saltmere.ts"

const depart = Depart.make({
  character: annId,
  room: at("whale-ring"),
  portal: "a whalebone arch",
  target: 2,
  arrival: "barrow-mouth"
})
const traveller = ann("whale-ring", { wielding: 301 })
const luggage = [
  sword("character", annId),
  item(302, "sea-chest", "character", annId, { gold: 3 }),
  item(303, "pelt", "item", 302)
]
const items = luggage.map(({ row }) => row)
const departed = CharacterDeparted.make({
  character: annId,
  name: "Ann",
  room: at("whale-ring"),
  portal: "a whalebone arch"
})
const sent = CharacterSent.make({
  character: traveller.row,
  items,
  session: "session-101",
  target: 2,
  arrival: "barrow-mouth"
})
const to = (room: string) =>
  arrive.make({ character: traveller.row, items, session: "session-101", room })
const message = to("barrow-mouth")

describe("Depart", () => {
  it("takes all along, and leaves nothing behind", () =>
    given(traveller, ...luggage, sword_on_the_ground())
      .when(depart)
      .then(departed, sent)
      .gone(Character.ref(annId), ...luggage.map(({ ref }) => ref))
      .leaves(sword_on_the_ground()))
  it("sends it, with the traveller's cursor, to the other instance", () => {
    const sends: Event.Message | undefined = CharacterSent.sends?.(sent)
    assert.deepStrictEqual(sends, {
      target: 2,
      command: message,
      traveller: { type: "Character", id: annId }
    })
  })
  it("is refused in a fight, and from elsewhere", () => {
    given(ann("whale-ring"), rat("whale-ring", { fighting: annId, fight: 1 }))
      .when(depart)
      .fails(new Fighting())
    given(ann("mudflat")).when(depart).fails(new Elsewhere())
  })
  it("of who is not inside is refused", () =>
    given(ann("whale-ring", { inside: false }))
      .when(depart)
      .fails({ _tag: "Gone", aggregate: "Character", id: annId } as never))
  function sword_on_the_ground() {
    return item(399, "cutlass", "room", at("whale-ring"))
  }
})

describe("what is heard of travels", () => {
  it("is who came and went, not what they carry", () => {
    for (const secret of [CharacterSent, CharacterReceived, SessionBegan]) {
      assert.deepStrictEqual(secret.heardBy({} as never), [])
    }
    assert.deepStrictEqual(CharacterDeparted.heardBy(departed), [
      "character:101",
      `room:${at("whale-ring")}`
    ])
  })
})

describe("Arrive and Admit", () => {
  const here = (room: "tide-quay" | "whale-ring") => ({
    ...traveller.row,
    room: at(room),
    home: at("tide-quay")
  })
  const admit = (room: "tide-quay" | "whale-ring") =>
    Admit.make({ character: here(room), items, session: "session-101" })
  const source = { type: "instance", id: 2 }
  it("lets in, in the room that is named, else where all begin", () => {
    given(instance()).says(source, to("whale-ring")).plans(admit("whale-ring"))
    given(instance()).says(source, message).plans(admit("tide-quay"))
  })
  it("is for instances alone", () =>
    given(instance(), ann("whale-ring"))
      .says(ann("whale-ring"), message)
      .rejects({ _tag: "NotAllowed", command: "arrive" } as never))
  it("makes the rows again, inside and hearing", () => {
    const received = CharacterReceived.make({
      character: here("whale-ring"),
      items,
      session: "session-101",
      at: now
    })
    const arrived = CharacterArrived.make({
      character: annId,
      name: "Ann",
      room: at("whale-ring")
    })
    given(instance())
      .when(admit("whale-ring"))
      .then(received, arrived)
      // As anybody who walks in.
      .issues(
        ...[
          greet.make({ room: at("whale-ring"), character: annId }),
          fire.make({ on: "enter", room: at("whale-ring"), character: annId, what: null })
        ].map((command) => ({ actor: System.actor, command }))
      )
      .leaves(
        Character.row(here("whale-ring"), { session: "session-101", since: now }),
        ...items.map((row) => Item.row(row))
      )
    assert.deepStrictEqual(CharacterArrived.follows?.(arrived), [
      {
        subscriber: "character:101",
        leave: [],
        join: ["character:101", `room:${at("whale-ring")}`, "everywhere"]
      }
    ])
  })
})

describe("enter", () => {
  it("names the portal", () => {
    for (const line of ["enter arch", "enter whalebone arch", "enter portal"]) {
      given(traveller).says(traveller, line).plans(depart)
    }
  })
  it("is rejected where there is none, or in a fight", () => {
    given(traveller)
      .says(traveller, "enter gate")
      .rejects(new NotHere({ what: "gate" }))
    given(ann("mudflat"))
      .says(ann("mudflat"), "enter arch")
      .rejects(new NotHere({ what: "arch" }))
    const fighting = ann("whale-ring", { fighting: 201, fight: 1 })
    given(fighting, rat("whale-ring")).says(fighting, "enter arch").rejects(new Fighting())
  })
})
