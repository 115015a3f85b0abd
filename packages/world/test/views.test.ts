import { assert, describe, it } from "@effect/vitest"
import { Content, EngineEvents, Rejected } from "@wr2/core"
import type { Game } from "@wr2/core"
import { events } from "../src/Events.ts"
import { Instance } from "../src/aggregates/Instance.ts"
import { AttackMissed } from "../src/events/AttackMissed.ts"
import { CharacterDied } from "../src/events/CharacterDied.ts"
import { CharacterMoved } from "../src/events/CharacterMoved.ts"
import { DamageDealt } from "../src/events/DamageDealt.ts"
import { DoorOpened } from "../src/events/DoorOpened.ts"
import { GoldGiven } from "../src/events/GoldGiven.ts"
import { InventoryShown } from "../src/events/InventoryShown.ts"
import { InstanceReshaped } from "../src/events/InstanceReshaped.ts"
import { RoomViewed } from "../src/events/RoomViewed.ts"
import { ThingViewed } from "../src/events/ThingViewed.ts"
import * as Failures from "../src/Failures.ts"
import { world } from "../src/Game.ts"
import type { World } from "../src/Game.ts"
import type { Texts } from "../src/views/Failures.ts"
import * as Views from "../src/views/Views.ts"
import { annId, at, bobId, item } from "./fixtures/Saltmere.ts"

const ann = { character: annId, room: at("tide-quay") }
const bob = { character: bobId, room: at("tide-quay") }
const north = { character: bobId, room: at("rope-street") }

describe("views", () => {
  it("there is none but of Events that there are", () => {
    const known = new Set<string>([...events, ...EngineEvents.all].map(({ _tag }) => _tag))
    assert.deepStrictEqual(
      Object.keys(Views.views).filter((tag) => !known.has(tag)),
      []
    )
  })
  it("an Event of a newer server shows nothing", () =>
    assert.deepStrictEqual(Views.event({ _tag: "Newer" } as never, ann), []))

  const moved = CharacterMoved.make({
    character: annId,
    name: "Ann",
    from: at("tide-quay"),
    to: at("rope-street"),
    direction: "north"
  })
  it("a step reads differently to who goes, stays and is there", () => {
    assert.deepStrictEqual(Views.event(moved, ann), ["You walk north."])
    assert.deepStrictEqual(Views.event(moved, bob), ["Ann leaves north."])
    assert.deepStrictEqual(Views.event(moved, north), ["Ann arrives from the south."])
  })
  it("who sees moves with it", () => {
    assert.deepStrictEqual(Views.Perceiver.after(ann, moved), {
      character: annId,
      room: at("rope-street")
    })
    assert.strictEqual(Views.Perceiver.after(bob, moved), bob)
  })
  it("who sees is brought along where its room is no more", () => {
    const reshaped = InstanceReshaped.make({
      instance: Instance.Id.make(1),
      start: at("rope-street"),
      startName: "Rope Street",
      spawners: [],
      rooms: [],
      items: [],
      strays: [{ character: annId, from: at("tide-quay") }],
      freed: []
    })
    const room = at("rope-street")
    assert.deepStrictEqual(Views.Perceiver.after(ann, reshaped), { character: annId, room })
    assert.strictEqual(Views.Perceiver.after(bob, reshaped), bob)
  })
  it("a door moves by itself, seen from behind it", () => {
    const opened = DoorOpened.make({
      room: at("tide-quay"),
      direction: "north",
      beyond: at("rope-street"),
      door: "green door",
      character: annId,
      name: "Ann"
    })
    assert.deepStrictEqual(Views.event(opened, ann), ["You open the green door."])
    assert.deepStrictEqual(Views.event(opened, bob), ["Ann opens the green door."])
    assert.deepStrictEqual(Views.event(opened, north), ["The green door opens."])
  })
  it("a blow tells who is hit how it is", () => {
    const hit = DamageDealt.make({
      attacker: { kind: "mob", id: annId, name: "a marsh rat" },
      target: { kind: "character", id: annId, name: "Ann" },
      room: at("tide-quay"),
      amount: 2,
      absorbed: 0,
      shielded: 0,
      critical: false,
      type: "crush",
      left: 7,
      at: 0
    })
    assert.deepStrictEqual(Views.event(hit, ann), ["A marsh rat hits you for 2. [7 hp]"])
    assert.deepStrictEqual(Views.event(hit, bob), ["A marsh rat hits Ann for 2."])
    const hard = { ...hit, attacker: hit.target, target: hit.attacker, critical: true, absorbed: 3 }
    assert.deepStrictEqual(Views.event({ ...hard, type: "chill" }, ann), [
      "You freeze a marsh rat to the marrow for 2 (3 held off)."
    ])
    const missed = AttackMissed.make({ ...hit, dodged: true })
    assert.deepStrictEqual(Views.event(missed, ann), ["You step aside from a marsh rat."])
    assert.deepStrictEqual(Views.event(missed, bob), ["Ann steps aside from a marsh rat."])
  })
  it("a gift has three sides", () => {
    const given = GoldGiven.make({
      amount: 1,
      from: annId,
      fromName: "Ann",
      to: bobId,
      toName: "Bob",
      room: at("tide-quay")
    })
    assert.deepStrictEqual(Views.event(given, ann), ["You give a gold coin to Bob."])
    assert.deepStrictEqual(Views.event(given, bob), ["Ann gives a gold coin to you."])
    assert.deepStrictEqual(Views.event(given, { character: 1, room: 1 }), [
      "Ann gives a gold coin to Bob."
    ])
  })
  it("death is told to the dead, where it was, and where they wake", () => {
    const died = CharacterDied.make({
      character: annId,
      name: "Ann",
      killerName: "a fog hound",
      room: at("rope-street"),
      home: at("tide-quay"),
      hp: 25,
      at: 0,
      corpse: item(1, "corpse", "room", at("rope-street"), { gold: 4 }).row,
      freed: []
    })
    assert.deepStrictEqual(Views.event(died, ann), [
      "A fog hound kills you.",
      "You have lost 4 gold coins.",
      "What you lost lies with your corpse, where you fell. Fetch it before it crumbles.",
      "You wake, whole again, where you came into this part of the world."
    ])
    assert.deepStrictEqual(Views.event(died, north), ["Ann is dead! A fog hound has won."])
    assert.deepStrictEqual(Views.event(died, bob), ["Ann is washed up here, pale and dripping."])
  })
  it("a room is its name, its text, its ways and who is there", () => {
    const sight = {
      room: at("marsh-gate"),
      name: "The Marsh Gate",
      description: "Fog.",
      exits: [
        { direction: "north" as const, door: "iron gate", open: false },
        { direction: "south" as const, door: null, open: true }
      ],
      sky: { part: "night" as const, weather: "rain" as const },
      portal: "a whalebone arch",
      items: [
        { id: 1, name: "a wet pelt" },
        { id: 2, name: "a wet pelt" }
      ],
      mobs: [{ id: 3, name: "a marsh rat", fighting: "Bob" }],
      persons: [{ id: 4, name: "Bob", fighting: null }]
    }
    assert.deepStrictEqual(Views.event(RoomViewed.make({ character: annId, sight }), ann), [
      "The Marsh Gate",
      "Fog.",
      "It is night, in the rain.",
      "Exits: north (iron gate, closed), south.",
      "There is a whalebone arch to enter.",
      "A wet pelt (2) lies here.",
      "A marsh rat (fighting Bob) is here.",
      "Bob is here."
    ])
  })
  it("things, and what one carries", () => {
    const chest = ThingViewed.make({
      character: annId,
      kind: "item",
      id: 1,
      name: "a sea chest",
      description: "Open.",
      health: null,
      damage: null,
      contents: [{ id: 2, name: "a wet pelt" }],
      gold: 3,
      fits: null,
      wears: []
    })
    assert.deepStrictEqual(Views.event(chest, ann), [
      "A sea chest",
      "Open.",
      "It holds a wet pelt and 3 gold coins."
    ])
    const nothing = InventoryShown.make({ character: annId, items: [], wielding: null, gold: 0 })
    assert.deepStrictEqual(Views.event(nothing, ann), ["You carry nothing.", "You have no gold."])
  })
})

/** Compiles only when no reason of the game is without a text. */
const complete = <const _ extends true>() => {}
complete<
  [Exclude<(Game.RejectionOf<World> | Game.RefusalOf<World>)["_tag"], keyof Texts>] extends [never]
    ? true
    : false
>()

describe("reasons", () => {
  it("all of them have text, whatever the game declares", () => {
    const { actions, commands } = world(Content.none)
    const classes = [
      ...commands.flatMap(({ rejects }) => rejects as ReadonlyArray<{ readonly name: string }>),
      ...actions.flatMap(({ fails }) => fails),
      ...Rejected.schemas,
      EngineEvents.Busy
    ]
    assert.includeMembers(
      classes.map(({ name }) => name),
      ["NotHere", "Gone", "NameReserved"]
    )
    const anything = {
      what: "x",
      door: "x",
      direction: "x",
      usage: [],
      suggestions: [],
      candidates: [],
      known: [],
      skill: "x",
      who: "x"
    }
    for (const { name: _tag } of classes) {
      assert.notStrictEqual(Views.explain({ _tag, ...anything }), "That does not work.", _tag)
    }
  })
  it("say what was meant", () => {
    assert.strictEqual(
      Views.explain(new Failures.NotHere({ what: "a rusty cutlass" })),
      "There is no rusty cutlass here."
    )
    const none = (what: string) => Views.explain(new Failures.NotHere({ what }))
    assert.strictEqual(none("all"), "There is nothing there.")
    assert.strictEqual(none("all.rat"), "There is no rat here.")
    assert.strictEqual(
      Views.explain(new Rejected.UnknownVerb({ verb: "danse", suggestions: ["dance"] })),
      "You do not know how to danse. Did you mean dance?"
    )
  })
  it("of a newer server read as a plain no", () => {
    for (const reason of [{ _tag: "Newer" }, { _tag: "toString" }, null, undefined, "no"]) {
      assert.strictEqual(Views.explain(reason), "That does not work.")
    }
  })
})
