/** The world in the engine, on memory: the whole path, with its timers and portals. */
import { assert, it } from "@effect/vitest"
import { Hash, Rejected } from "@wr2/core"
import * as Consumers from "@wr2/engine/Consumers"
import * as Engine from "@wr2/engine/Engine"
import { found } from "@wr2/engine/Founding"
import * as Memory from "@wr2/engine/Memory"
import { Placement } from "@wr2/engine/Placement"
import { Seeds } from "@wr2/engine/Seeds"
import { game } from "@wr2/testkit/SmallWorld"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { player } from "./fixtures/Player.ts"

const layer = Engine.layer(game).pipe(
  // The same game at each run.
  Layer.provide(Layer.succeed(Seeds, (key) => Hash.int53(key))),
  Layer.provideMerge(Memory.layer),
  Layer.provideMerge(Placement.layerLocal)
)
/** With the game's consumers. */
const consuming = Engine.layer(game).pipe(
  Layer.provide(Consumers.layer(game)),
  // The same game at each run.
  Layer.provide(Layer.succeed(Seeds, (key) => Hash.int53(key))),
  Layer.provideMerge(Memory.layer),
  Layer.provideMerge(Placement.layerLocal)
)
const kept = (instance: number) =>
  Effect.flatMap(Memory.MemoryDatabase, (db) => Effect.map(db.kept(instance), (tables) => tables!))
const happened = (instance: number) =>
  Effect.map(kept(instance), ({ events }) => events.map(({ type }) => type))

it.effect("a walk, with a door, a gift, a sword, and a look after each step", () =>
  Effect.gen(function* () {
    yield* found(game, 1)
    const ann = yield* player(1, 900_001, "Ann")
    assert.strictEqual(ann.snapshot[0], "The Tide Quay")
    const lines = yield* ann.types(
      "n",
      "e",
      "open door",
      "e",
      "look",
      "get all",
      "wield sword",
      "i"
    )
    assert.deepStrictEqual(
      lines.filter((line) => line.length < 80),
      [
        "Rope Street",
        "Exits: north, east (green door, closed), south.",
        "The green door is closed.",
        "The Chandlery",
        "Exits: west (green door, open), down (cellar hatch, closed).",
        "A storm lantern lies here.",
        "A rusty cutlass lies here.",
        "A bucket of tallow lies here.",
        // The look that was asked for, after the one that comes with the step.
        "The Chandlery",
        "Exits: west (green door, open), down (cellar hatch, closed).",
        "A storm lantern lies here.",
        "A rusty cutlass lies here.",
        "A bucket of tallow lies here.",
        "You carry a storm lantern, a rusty cutlass (in hand) and a ship's biscuit.",
        "You have 20 gold coins."
      ]
    )
    assert.deepStrictEqual(yield* happened(1), [
      "CharacterCreated",
      "SessionBegan",
      "CharacterEntered",
      "CharacterMoved",
      "DoorOpened",
      "CharacterMoved",
      "Greeted",
      "RoomRemembered",
      "ItemMade",
      "ItemTaken",
      "ItemTaken",
      "ItemWielded"
    ])
    assert.strictEqual((yield* kept(1)).dead.size, 0)
  }).pipe(Effect.provide(layer))
)

it.effect("a fight is to the death, and the dead come back", () =>
  Effect.gen(function* () {
    yield* found(game, 1)
    const ann = yield* player(1, 900_001, "Ann")
    yield* ann.types("n", "open door", "e", "get sword", "wield sword", "w", "n")
    // Rats roam: wait for one where it is born.
    for (let i = 0; i < 200; i++) {
      yield* ann.stays
      yield* ann.types("kill rat")
      yield* TestClock.adjust("2 seconds")
      if ((yield* happened(1)).includes("MobsSpawned")) break
    }
    for (let i = 0; i < 13; i++) {
      yield* ann.stays
      yield* TestClock.adjust("10 seconds")
    }
    const types = new Set(yield* happened(1))
    for (const type of ["FightBegan", "DamageDealt", "MobDied", "CorpseDecayed", "SpawnerShort"]) {
      assert.isTrue(types.has(type), type)
    }
    assert.strictEqual((yield* kept(1)).dead.size, 0)
  }).pipe(Effect.provide(layer))
)

it.effect("through a portal with all one carries, and the same session there", () =>
  Effect.gen(function* () {
    yield* found(game, 1)
    yield* found(game, 2)
    const ann = yield* player(1, 900_001, "Ann")
    yield* ann.types("n", "open door", "e", "get sword", "w", "n", "n", "open gate", "n", "n", "e")
    for (let i = 0; i < 40; i++) {
      // The hound may be anywhere on the way.
      const tries = yield* ann.types("flee", "n", "n", "n", "n", "e", "enter arch")
      yield* TestClock.adjust("2 seconds")
      if (
        tries.includes(Rejected.Travelling.name) ||
        (yield* happened(1)).includes("CharacterDeparted")
      )
        break
    }
    assert.include(yield* happened(1), "CharacterDeparted")
    yield* TestClock.adjust("1 second")
    const there = yield* ann.follows(2)
    assert.strictEqual(there[0], "The Mouth of the Barrow")
    assert.include(yield* happened(2), "CharacterArrived")
    const carried = yield* ann.types("i")
    assert.match(carried[0]!, /rusty cutlass/)
    // Home is here now; and the way back is the same arch.
    yield* ann.types("enter arch")
    yield* TestClock.adjust("1 second")
    assert.strictEqual((yield* ann.follows(1))[0], "The Whale Ring")
    for (const instance of [1, 2]) assert.strictEqual((yield* kept(instance)).dead.size, 0)
  }).pipe(Effect.provide(layer))
)

it.effect("what one does counts once, here and beyond the portal", () =>
  Effect.gen(function* () {
    yield* found(game, 1)
    yield* found(game, 2)
    const ann = yield* player(1, 900_001, "Ann")
    yield* ann.types("n", "open door", "e", "get sword", "wield sword", "w", "n")
    // Rats roam: wait for one where it is born.
    for (let i = 0; i < 200 && !(yield* happened(1)).includes("MobDied"); i++) {
      yield* ann.stays
      yield* ann.types("kill rat")
      yield* TestClock.adjust("2 seconds")
    }
    yield* ann.types("n", "open gate", "n", "n", "e")
    for (let i = 0; i < 60; i++) {
      if ((yield* happened(1)).includes("CharacterDeparted")) break
      yield* ann.stays
      yield* ann.types("flee", "s", "n", "n", "n", "n", "open gate", "n", "n", "e", "enter arch")
      yield* TestClock.adjust("2 seconds")
    }
    yield* TestClock.adjust("1 second")
    yield* ann.follows(2)
    yield* TestClock.adjust("5 seconds")
    const [here, there] = [yield* kept(1), yield* kept(2)]
    const row = there.rows.get("feats:900001")!.row
    const killed = here.events.filter(
      ({ payload, type }) => type === "MobDied" && JSON.parse(payload).killer === 900_001
    )
    assert.strictEqual(row.kills, killed.length)
    assert.isFalse(here.rows.has("feats:900001"))
    const gained = [...here.events, ...there.events].flatMap(({ payload, type }) =>
      type === "AchievementGained" ? [JSON.parse(payload).achievement] : []
    )
    assert.deepStrictEqual(gained, ["first-blood", "explorer:saltmere", "wayfarer"])
    assert.strictEqual(
      (yield* ann.types("score")).at(-1),
      "Achievements: First Blood, Explorer of Saltmere and Wayfarer."
    )
    for (const tables of [here, there]) assert.strictEqual(tables.dead.size, 0)
  }).pipe(Effect.provide(consuming))
)
