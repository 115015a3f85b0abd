import { assert, describe, it } from "@effect/vitest"
import { Content, Dice } from "@wr2/core"
import { content } from "@wr2/testkit/SmallWorld"
import { ForgetGreeting } from "../../src/actions/ForgetGreeting.ts"
import { GreetCharacter } from "../../src/actions/GreetCharacter.ts"
import { Refill } from "../../src/actions/Refill.ts"
import { Say } from "../../src/actions/Say.ts"
import { Spawn } from "../../src/actions/Spawn.ts"
import { SpawnMobs } from "../../src/actions/SpawnMobs.ts"
import { Think } from "../../src/actions/Think.ts"
import { Instance } from "../../src/aggregates/Instance.ts"
import { Item } from "../../src/aggregates/Item.ts"
import { blank, Mob } from "../../src/aggregates/Mob.ts"
import type { MobMemory } from "../../src/aggregates/Mob.ts"
import { Room } from "../../src/aggregates/Room.ts"
import type { Situation } from "../../src/brains/Situation.ts"
import * as Wanderer from "../../src/brains/Wanderer.ts"
import * as Conservation from "../../src/Conservation.ts"
import * as Lookup from "../../src/content/Lookup.ts"
import { Greeted } from "../../src/events/Greeted.ts"
import { ItemsAppeared } from "../../src/events/ItemsAppeared.ts"
import { ItemMade } from "../../src/events/ItemMade.ts"
import { MobsAppeared } from "../../src/events/MobsAppeared.ts"
import { MobsSpawned } from "../../src/events/MobsSpawned.ts"
import { RoomRemembered } from "../../src/events/RoomRemembered.ts"
import { Said } from "../../src/events/Said.ts"
import { SpawnerShort } from "../../src/events/SpawnerShort.ts"
import { Elsewhere } from "../../src/Failures.ts"
import * as System from "../../src/System.ts"
import * as Views from "../../src/views/Views.ts"
import {
  ann,
  annId,
  at,
  bob,
  given,
  greeting,
  instance,
  item,
  mob,
  now,
  rat,
  ratId,
  room
} from "../fixtures/Saltmere.ts"
import type { Slug } from "../fixtures/Saltmere.ts"

const read = Content.reader(content)
const shop = at("chandlery")

describe("Say", () => {
  const say = Say.make({ character: annId, text: "Hello, there" })
  it("is heard in the room", () => {
    const said = Said.make({
      speaker: { kind: "character", id: annId, name: "Ann" },
      room: at("tide-quay"),
      text: "Hello, there"
    })
    given(ann("tide-quay")).when(say).then(said)
    assert.deepStrictEqual(Said.heardBy(said), [`room:${at("tide-quay")}`])
    given(ann("tide-quay", { inside: false }))
      .when(say)
      .fails(new Elsewhere())
  })
  it("is typed with a word or a sign", () => {
    for (const line of ["say Hello, there", "'Hello, there"]) {
      given(ann("tide-quay")).says(ann("tide-quay"), line).plans(say)
    }
  })
})

describe("GreetCharacter", () => {
  const greet = GreetCharacter.make({ room: shop, character: annId })
  const { onEnter } = Lookup.room(read, "chandlery")
  const greeted = Greeted.make({
    room: shop,
    speaker: "the chandler",
    text: onEnter!.says,
    character: annId,
    name: "Ann"
  })
  const remembers = (greeted: ReadonlyArray<number>) =>
    RoomRemembered.make({ room: shop, memory: { greeted } })
  const biscuit = item(1000, "biscuit", "character", annId)
  const gift = ItemMade.make({
    character: annId,
    giver: "the chandler",
    itemName: "a ship's biscuit",
    items: [biscuit.row]
  })
  const forget = ForgetGreeting.make({ room: shop, character: annId }, { after: 60_000 })
  it("speaks, gives, and remembers for a while", () =>
    given(ann("chandlery"))
      .when(greet)
      .then(greeted, remembers([annId]), gift)
      .next(forget)
      .leaves(biscuit, greeting("chandlery", [annId]))
      .and(greet)
      .then())
  it("gives nothing to who has one, or too much", () => {
    given(ann("chandlery"), item(400, "biscuit", "character", annId), greeting("chandlery", [5]))
      .when(greet)
      .then(greeted, remembers([5, annId]))
    const laden = Array.from({ length: 20 }, (_, i) => item(500 + i, "pelt", "character", annId))
    given(ann("chandlery"), ...laden)
      .when(greet)
      .then(greeted, remembers([annId]))
  })
  it("does nothing for who is gone by then, and nothing where there is no trigger", () => {
    given().when(greet).then()
    given(ann("rope-street")).when(greet).then()
    given(ann("chandlery", { inside: false }))
      .when(greet)
      .then()
    given(ann("tide-quay"))
      .when(GreetCharacter.make({ room: at("tide-quay"), character: annId }))
      .then()
  })
  it("is planned for the world itself, not for who was just greeted", () => {
    const command = { _tag: "greet", room: shop, character: annId } as never
    const system = { type: "system", id: 0 }
    given(ann("chandlery")).says(system, command).plans(greet)
    given(ann("chandlery"), greeting("chandlery", [annId]))
      .says(system, command)
      .rejects({ _tag: "NothingToDo" })
    given(ann("chandlery"))
      .says(ann("chandlery"), command)
      .rejects({ _tag: "NotAllowed", command: "greet" } as never)
  })
  it("is forgotten; with the last one the room rests", () =>
    given(greeting("chandlery", [annId, 5]))
      .when(forget)
      .then(remembers([5]))
      .leaves(greeting("chandlery", [5]))
      .and(ForgetGreeting.make({ room: shop, character: 5 as typeof annId }))
      .then(remembers([]))
      .and(forget)
      .then())
})

describe("Spawn", () => {
  const spawner = "rats-in-the-square"
  const place = { instance: Instance.Id.make(1), spawner, room: at("gallows-square") }
  const spawn = Spawn.make(place)
  const spawnMobs = SpawnMobs.make(place)
  const again = Spawn.make(place, { every: 5_000 })
  const born = (id: number, gold: number) =>
    mob(id, "marsh-rat", "gallows-square", { gold, spawner })
  const one = mob(201, "marsh-rat", "mudflat", { spawner })
  it("does nothing while all live, wherever they are", () =>
    given(instance(), one, born(202, 1)).when(spawn).then().next(again))
  it("notices that one is missing, and waits", () =>
    given(instance(), one)
      .when(spawn)
      .then(
        SpawnerShort.make({
          instance: place.instance,
          spawner,
          memory: { short: { [spawner]: now } }
        })
      )
      .next(again)
      .leaves(instance({ [spawner]: now }))
      .and(spawn, { now: now + 29_999 })
      .then()
      .next(again))
  it("asks for mobs when it is time", () =>
    given(instance({ [spawner]: now }), one)
      .when(spawn, { now: now + 30_000 })
      .then()
      .next(again)
      .issues({ actor: System.actor, command: { _tag: "spawn mobs", ...place } as never }))
  it("is answered by as many as are missing, with what they carry and with minds", () => {
    const later = now + 30_000
    const due = given(instance({ [spawner]: now, other: 1 }))
    // What the dice give: gold and loot of two, then two moments to begin to think.
    const dice = Dice.fromSeed(9)
    const rolled = [1, 2].map(() => ({ gold: dice.between(1, 4), loot: dice.chance(30) }))
    let id = 1000
    const made = rolled.map(({ gold, loot }) => {
      const mobId = id++
      const row = { ...born(mobId, gold).row, hpAt: later }
      return { row, items: loot ? [item(id++, "pelt", "mob", mobId).row] : [] }
    })
    due
      .when(spawnMobs, { now: later, seed: 9 })
      .then(
        MobsSpawned.make({
          instance: place.instance,
          spawner,
          memory: { short: { other: 1 } },
          mobs: made.map(({ row }) => row),
          items: made.flatMap(({ items }) => items)
        }),
        MobsAppeared.make({
          room: place.room,
          mobName: "a marsh rat",
          mobs: made.map(({ row }) => row.id)
        })
      )
      .next(...made.map(({ row }) => Think.make({ mob: row.id }, { after: dice.roll(6) * 1_000 })))
      .leaves(instance({ other: 1 }), ...made.map(({ row }) => Mob.row(row, blank)))
      // Asked twice.
      .and(spawnMobs, { now: later })
      .then()
      .next()
  })
  it("ends with a spawner that content no longer has", () =>
    given(instance())
      .when(Spawn.make({ ...place, spawner: "gone" }))
      .then()
      .next()
      .and(SpawnMobs.make({ ...place, spawner: "gone" }))
      .then()
      .next())
})

describe("Refill", () => {
  const spawner = "biscuit-on-the-mudflat"
  const [instanceId, mudflat] = [Instance.Id.make(1), at("mudflat")]
  const refill = Refill.make({ instance: instanceId, spawner, room: mudflat, item: "biscuit" })
  const again = Refill.make(refill.payload as never, { every: 5_000 })
  const lies = (id: number) => item(id, "biscuit", "room", mudflat)
  const short = (short: Readonly<Record<string, number>>) =>
    SpawnerShort.make({ instance: instanceId, spawner, memory: { short } })
  it("does nothing while as many lie there", () =>
    given(instance(), room("mudflat"), lies(300)).when(refill).then().next(again))
  it("counts only what lies in its room, of its kind, and waits", () =>
    given(
      instance({ other: 1 }),
      room("mudflat"),
      ann("mudflat"),
      item(300, "biscuit", "character", annId),
      item(301, "biscuit", "room", at("tide-quay")),
      item(302, "bench", "room", mudflat)
    )
      .when(refill)
      .then(short({ other: 1, [spawner]: now }))
      .next(again)
      .leaves(instance({ other: 1, [spawner]: now }))
      .and(refill, { now: now + 119_999 })
      .then()
      .next(again))
  it("begins to wait anew when it was put back meanwhile", () =>
    given(instance({ [spawner]: now, other: 1 }), room("mudflat"), lies(300))
      .when(refill)
      .then(short({ other: 1 }))
      .next(again))
  it("lies there again when it is time, as who is there notices", () => {
    const later = now + 120_000
    const made = lies(1000).row
    const appeared = ItemsAppeared.make({
      instance: instanceId,
      spawner,
      memory: { short: { other: 1 } },
      room: mudflat,
      itemName: "a ship's biscuit",
      count: 1,
      items: [made]
    })
    given(instance({ [spawner]: now, other: 1 }), room("mudflat"))
      .when(refill, { now: later })
      .then(appeared)
      .next(again)
      .leaves(instance({ other: 1 }), lies(1000))
      .and(refill, { now: later })
      .then()
      .next(again)
    assert.deepStrictEqual(Views.event(appeared, { character: annId, room: mudflat }), [
      "You notice a ship's biscuit."
    ])
    assert.deepStrictEqual(Conservation.made(appeared), { gold: 0, items: 1 })
  })
  it("ends with a spawner that content no longer has, or has for something else", () => {
    for (const other of [{ spawner: "gone" }, { item: "bench" }])
      given(instance(), room("mudflat"))
        .when(
          Refill.make({ instance: instanceId, spawner, room: mudflat, item: "biscuit", ...other })
        )
        .then()
        .next()
  })
})

describe("Think", () => {
  const think = Think.make({ mob: Mob.Id.make(203) })
  const again = Think.make({ mob: Mob.Id.make(203) }, { every: 4_000 })
  const hound = (where: Slug) => mob(203, "fog-hound", where)
  const actor = { type: "Mob", id: 203 }
  it("of an aggressive mob attacks who is there", () =>
    given(hound("causeway"), ann("causeway"), bob("causeway", { inside: false }))
      .when(think)
      .then()
      .next(again)
      .issues({ actor, command: { _tag: "kill", target: "character.101" } as never }))
  it("sometimes moves on", () => {
    const seeds = Array.from({ length: 40 }, (_, i) => i)
    const stays = seeds.filter((seed) => {
      try {
        given(hound("causeway")).when(think, { seed }).then().next(again).issues()
        return true
      } catch {
        return false
      }
    })
    assert.isAbove(stays.length, 8)
    assert.isBelow(stays.length, 32)
  })
  it("of a dead mob is the last", () => given().when(think).then().next().issues())
  it("wakes nobody", () => {
    for (const message of [Think, Spawn, ForgetGreeting]) {
      assert.isFalse(message.options.wakes)
    }
  })
})

describe("the wanderer", () => {
  const here = (where: Slug, more: object = {}) => {
    const template = { ...Lookup.mob(read, "marsh-rat"), roams: 100 }
    return {
      mob: rat(where).row,
      template,
      memory: blank,
      room: room(where).row,
      persons: [],
      mobs: [],
      now,
      content: read,
      dice: Dice.fromSeed(1),
      ...more
    } as Situation
  }
  const goes = (situation: Situation) => {
    const directions = new Set<string>()
    for (let seed = 0; seed < 50; seed++) {
      const command = Wanderer.think({ ...situation, dice: Dice.fromSeed(seed) })
      directions.add((command as { direction?: string } | undefined)?.direction ?? "none")
    }
    return [...directions].sort()
  }
  it("goes on rather than back, and back rather than nowhere", () => {
    const memory: MobMemory = { back: "south", grudge: null }
    assert.deepStrictEqual(goes(here("gallows-square")), ["north", "south"])
    assert.deepStrictEqual(goes(here("gallows-square", { memory })), ["north"])
    assert.deepStrictEqual(goes(here("marsh-gate", { memory })), ["south"])
  })
  it("keeps out of safe rooms and closed doors", () => {
    assert.deepStrictEqual(goes(here("rope-street")), ["north"])
    const open = room("marsh-gate", { north: "open" }).row
    assert.deepStrictEqual(goes(here("marsh-gate", { room: open })), ["north", "south"])
  })
  it("bears a grudge, even a peaceful one", () => {
    const persons = [ann("gallows-square").row, bob("gallows-square").row]
    const memory = { back: null, grudge: persons[1].id }
    assert.deepStrictEqual(Wanderer.think(here("gallows-square", { persons, memory })), {
      _tag: "kill",
      target: "character.102"
    } as never)
    assert.deepStrictEqual(goes(here("gallows-square", { persons })), ["north", "south"])
  })
  it("does not think while it fights", () => {
    const fighting = rat("gallows-square", { fighting: annId, fight: 1 }).row
    assert.deepStrictEqual(goes(here("gallows-square", { mob: fighting })), ["none"])
  })
})

describe("ids", () => {
  it("of every class are told apart by type alone", () => {
    assert.deepStrictEqual(
      [Room.Id.make(1), Item.Id.make(1), ratId].map((id) => typeof id),
      ["number", "number", "number"]
    )
  })
})
