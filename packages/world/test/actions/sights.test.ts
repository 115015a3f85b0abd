import { assert, describe, it } from "@effect/vitest"
import { Rejected } from "@wr2/core"
import { game } from "@wr2/testkit/SmallWorld"
import { Examine } from "../../src/actions/Examine.ts"
import { Help } from "../../src/actions/Help.ts"
import { Inventory } from "../../src/actions/Inventory.ts"
import { Look } from "../../src/actions/Look.ts"
import { Score } from "../../src/actions/Score.ts"
import { Who } from "../../src/actions/Who.ts"
import { HelpShown } from "../../src/events/HelpShown.ts"
import { InventoryShown } from "../../src/events/InventoryShown.ts"
import { PlayersListed } from "../../src/events/PlayersListed.ts"
import { RoomViewed } from "../../src/events/RoomViewed.ts"
import { ScoreShown } from "../../src/events/ScoreShown.ts"
import { ThingViewed } from "../../src/events/ThingViewed.ts"
import { NotHere, UnknownTopic } from "../../src/Failures.ts"
import * as Views from "../../src/views/Views.ts"
import {
  ann,
  annId,
  at,
  bob,
  bobId,
  given,
  item,
  now,
  rat,
  ratId,
  sword,
  swordId
} from "../fixtures/Saltmere.ts"

const look = (unless: ReturnType<typeof at> | null = null) =>
  Look.make({ character: annId, unless })

describe("Look", () => {
  const gate = RoomViewed.make({
    character: annId,
    sight: {
      room: at("marsh-gate"),
      name: "The Marsh Gate",
      description:
        "Two leaning towers and an iron gate between them, more rust than iron. Beyond, the fog does not so much drift as wait.",
      sky: null,
      exits: [
        { direction: "north", door: "iron gate", open: false },
        { direction: "south", door: null, open: true }
      ],
      portal: null,
      items: [{ id: 301, name: "a rusty cutlass" }],
      mobs: [{ id: 201, name: "a marsh rat", fighting: "Bob" }],
      persons: [{ id: 102, name: "Bob", fighting: "a marsh rat" }]
    }
  })
  const scene = given(
    ann("marsh-gate"),
    bob("marsh-gate", { fighting: 201, fight: 1 }),
    rat("marsh-gate", { fighting: bobId, fight: 1 }),
    sword("room", at("marsh-gate"))
  )
  it("shows the room and who is in it, but not oneself", () => scene.when(look()).shows(gate))
  it("after a step shows nothing to who was refused", () => {
    scene.when(look(at("marsh-gate"))).shows()
    scene.when(look(at("causeway"))).shows(gate)
  })
  it("shows nothing of, and nothing to, those who are not inside", () => {
    given(ann("tide-quay"), bob("tide-quay", { inside: false }))
      .says(ann("tide-quay"), "look at bob")
      .rejects(new NotHere({ what: "bob" }))
    given(ann("tide-quay", { inside: false }))
      .when(look())
      .shows()
  })
})

describe("Examine", () => {
  const blank = { health: null, damage: null, contents: null, gold: 0, fits: null, wears: [] }
  const seen = (kind: "item" | "mob" | "character", id: number, more: object) =>
    ThingViewed.make({ character: annId, kind, id, ...blank, ...more } as never)
  const examine = (kind: "item" | "mob" | "character", id: number) =>
    Examine.make({ character: annId, kind, id })
  const chest = item(400, "sea-chest", "room", at("tide-quay"), { gold: 7 })
  const scene = given(
    ann("tide-quay"),
    bob("tide-quay", { hp: 5 }),
    rat("tide-quay", { hp: 5, hpAt: now - 8_000 }),
    sword("character", annId),
    chest,
    item(401, "pelt", "item", 400)
  )
  it("shows things, mobs and persons", () => {
    scene.when(examine("item", 301)).shows(
      seen("item", 301, {
        name: "a rusty cutlass",
        description: "It has cut ropes, bread and at least one customs officer.",
        damage: 3
      })
    )
    scene.when(examine("item", 400)).shows(
      seen("item", 400, {
        name: "a sea chest",
        description: "The lock was opened from the inside.",
        contents: [{ id: 401, name: "a wet pelt" }],
        gold: 7
      })
    )
    scene.when(examine("mob", ratId)).shows(
      seen("mob", ratId, {
        name: "a marsh rat",
        description: "As long as an arm, and not afraid of arms.",
        health: 70
      })
    )
    scene.when(examine("character", bobId)).shows(
      seen("character", bobId, {
        name: "Bob",
        description: "Bob has nothing to hide.",
        health: 20
      })
    )
  })
  it("fails when it is gone", () => {
    for (const kind of ["item", "mob", "character"] as const) {
      scene.when(examine(kind, 999)).fails(new NotHere({ what: kind }))
    }
  })
  it("is typed", () => {
    const me = ann("tide-quay")
    scene.says(me, "look").plans(look())
    scene.says(me, "l").plans(look())
    for (const line of ["look sword", "l at sword", "x rusty cutlass", "look item.301"]) {
      scene.says(me, line).plans(examine("item", swordId))
    }
    scene.says(me, "look bo").plans(examine("character", bobId))
    scene.says(me, "look me").plans(examine("character", annId))
    scene.says(me, "look rat").plans(examine("mob", ratId))
    scene.says(me, "look moon").rejects(new NotHere({ what: "moon" }))
  })
  it("asks which of several persons", () => {
    const anna = { ...bob("tide-quay"), row: { ...bob("tide-quay").row, name: "Anna" } }
    given(ann("tide-quay"), anna)
      .says(ann("tide-quay"), "look an")
      .rejects(new Rejected.Ambiguous({ word: "an", candidates: ["Ann", "Anna"] }))
    given(ann("tide-quay"), anna)
      .says(ann("tide-quay"), "look anna")
      .plans(examine("character", bobId))
    given(ann("tide-quay", { name: "Anabel" }), anna)
      .says(ann("tide-quay"), "look ana")
      .plans(examine("character", annId))
    given(ann("tide-quay", { name: "Annabel" }), anna)
      .says(ann("tide-quay"), "look ann")
      .rejects(new Rejected.Ambiguous({ word: "ann", candidates: ["Annabel", "Anna"] }))
  })
})

describe("who, score, inventory", () => {
  const me = ann("tide-quay", { exp: 50, hp: 8, hpAt: now - 8_000, wielding: 301 })
  const scene = given(
    me,
    bob("mudflat"),
    sword("character", annId),
    item(302, "pelt", "character", annId)
  )
  it("are views", () => {
    scene.when(Who.make({ character: annId })).shows(
      PlayersListed.make({
        character: annId,
        players: [
          { id: annId, name: "Ann", level: 2 },
          { id: bobId, name: "Bob", level: 1 }
        ],
        more: 0
      })
    )
    scene.when(Score.make({ character: annId })).shows(
      ScoreShown.make({
        self: {
          id: annId,
          name: "Ann",
          level: 2,
          exp: 50,
          hp: 10,
          maxHp: 30,
          gold: 20,
          wielding: "a rusty cutlass",
          fighting: null,
          craft: null,
          lasting: [],
          stance: "standing"
        },
        achievements: []
      })
    )
    scene.when(Inventory.make({ character: annId })).shows(
      InventoryShown.make({
        character: annId,
        items: [
          { id: 301, name: "a rusty cutlass" },
          { id: 302, name: "a wet pelt" }
        ],
        wielding: 301,
        gold: 20
      })
    )
  })
  it("are typed short", () => {
    scene.says(me, "wh").plans(Who.make({ character: annId }))
    scene.says(me, "sc").plans(Score.make({ character: annId }))
    scene.says(me, "i").plans(Inventory.make({ character: annId }))
  })
})

describe("help", () => {
  const me = ann("tide-quay")
  const scene = given(me)
  it("knows every Command that can be typed", () => {
    const typed = game.commands.filter(({ patterns }) => patterns.length > 0)
    for (const command of typed) {
      assert.isDefined(command.help, command._tag)
      for (const verb of command.patterns.flatMap(({ verbs }) => verbs)) {
        const usage = command.patterns.map(({ source }) => source)
        const topics = [{ usage, help: command.help! }]
        scene.says(me, `help ${verb}`).plans(Help.make({ character: annId, topics, index: null }))
      }
    }
  })
  it("shows what was chosen", () => {
    const topics = [{ usage: ["quit"], help: "Leave the world." }]
    scene
      .when(Help.make({ character: annId, topics, index: null }))
      .shows(HelpShown.make({ character: annId, topics, index: null }))
    scene.says(me, "help dance").rejects(new UnknownTopic({ topic: "dance" }))
  })
  it("by itself names each verb once, and the world's topics", () => {
    const verbs = [
      ...new Set(game.commands.flatMap(({ patterns: [first] }) => first?.verbs[0] ?? []))
    ]
    const index = { verbs: verbs.toSorted(), topics: ["keys"] }
    scene.says(me, "help").plans(Help.make({ character: annId, topics: [], index }))
    const shown = HelpShown.make({
      character: annId,
      topics: [],
      index: { ...index, verbs: ["get"] }
    })
    assert.deepStrictEqual(Views.event(shown, { character: annId, room: me.row.room }), [
      "You can: get.",
      "Type help and one of these words for how it is used: help get.",
      "Read also help keys."
    ])
  })
})
