import { assert, beforeAll, describe, it } from "@effect/vitest"
import { Dice } from "@wr2/core"
import type { Action, Command, Event, Projection } from "@wr2/core"
import { game } from "@wr2/testkit/SmallWorld"
import { Character } from "../src/aggregates/Character.ts"
import { Feats, featsOf } from "../src/aggregates/Feats.ts"
import { Item } from "../src/aggregates/Item.ts"
import { Lot } from "../src/aggregates/Lot.ts"
import { Mob } from "../src/aggregates/Mob.ts"
import { Room } from "../src/aggregates/Room.ts"
import * as Conservation from "../src/Conservation.ts"
import type { WorldEvent } from "../src/Events.ts"
import { players } from "../src/Players.ts"
import * as Views from "../src/views/Views.ts"
import { Play, supply } from "@wr2/testkit/Play"
import type { Came } from "@wr2/testkit/Play"
import * as Delved from "./fixtures/Delved.ts"
import * as Reshaped from "./fixtures/Reshaped.ts"
import { bids, hasKilled, tours } from "./fixtures/Tours.ts"
import type { Tour } from "./fixtures/Tours.ts"

const names = ["Ann", "Bob", "Cid", "Dot"]
const lines = [
  "n",
  "n",
  "n",
  "n",
  "s",
  "s",
  "e",
  "w",
  "up",
  "down",
  "open door",
  "open gate",
  "open slab",
  "close door",
  "open hatch",
  "close hatch",
  "look",
  "look rat",
  "look at ann",
  "get all",
  "get all",
  "get sword",
  "get club",
  "get gold",
  "get all from corpse",
  "get all from chest",
  "drop all",
  "drop sword",
  "drop 5 gold",
  "give 3 gold to bob",
  "give all to ann",
  "give sword to cid",
  "wield sword",
  "wield club",
  "kill rat",
  "kill hound",
  "kill eel",
  "kill guard",
  "kill bob",
  "flee",
  "flee",
  "say boo",
  "who",
  "score",
  "i",
  "help",
  "enter arch",
  "enter arch",
  "quit"
] as const
/** What is typed without arguments and is not among them: Commands that were made since. */
const since = (() => {
  const first = (text: string) => text.split(" ")[0]!
  const tried = new Set(lines.map(first))
  return game.commands.flatMap(({ patterns }: Command.Any) =>
    patterns.some(({ source }) => tried.has(first(source)))
      ? []
      : patterns.flatMap(({ source }) => (/^[a-z ]+$/.test(source) ? [source] : []))
  )
})()

/** What they mostly do: anything, fight together, trade, travel, stand by each other in one fight, or use what they have learned, or go together. */
const moods: ReadonlyArray<ReadonlyArray<string>> = [
  [...lines, ...since],
  ["n", "n", "s", "kill rat", "kill rat", "kill eel", "flee", "get all from corpse"],
  [
    "n",
    "s",
    "open door",
    "close door",
    "e",
    "w",
    "get all",
    "give all to ann",
    "give all to bob",
    "drop all",
    "wield sword"
  ],
  ["n", "n", "open gate", "e", "enter arch", "get all", "give 3 gold to bob", "flee"],
  ["n", "n", "kill gull", "kill gull", "kill rat", "kill rat", "kill 2.rat", "flee"],
  [
    "n",
    "n",
    "become",
    "become wrecker",
    "become lampwright",
    "kill rat",
    "flee",
    "gaff rat",
    "stagger rat",
    "brace",
    "scald rat",
    "smoulder rat",
    "mend",
    "mend bob"
  ],
  [
    "n",
    "n",
    "s",
    "follow ann",
    "follow bob",
    "group ann",
    "group bob",
    "group",
    "unfollow",
    "ungroup",
    "gtell now",
    "kill rat",
    "assist ann",
    "gaff rat",
    "become wrecker",
    "n",
    "n"
  ]
]

/** And one more: to trade, and little else. */
const trading: ReadonlyArray<string> = [
  "n",
  "n",
  "buy candle",
  "buy pipe",
  "sell candle",
  "sell pelt",
  "value candle",
  "auction candle for 1",
  "bid 2 on candle",
  "bid 3 on candle",
  "sell all",
  "list",
  "get all",
  "kill sutler"
]

/** A random game of four in two instances; its dice decide all. */
const play = (seed: number, steps: number, mood = moods[seed % moods.length]!) => {
  const dice = Dice.fromSeed(seed)
  const ids = supply()
  const plays = [new Play(1, ids), new Play(2, ids)] as const
  const persons = names.map((name) => ({ id: ids.next(), name }))
  for (const { id, name } of persons) {
    const fresh = { description: `${name} is brave.` }
    plays[0].does(players.create({ id, name, account: id, fresh }), null)
  }
  const deliver = () => {
    for (const from of plays) {
      for (const { command, target } of from.sent.splice(0)) {
        const rejected = plays[target - 1]!.says({ type: "instance", id: from.instance }, command)
        assert.isUndefined(rejected, "a message is never rejected")
      }
    }
  }
  for (let step = 0; step < steps; step++) {
    const { id } = dice.pick(persons)!
    const here = plays.find(({ projection }) => players.exists(projection, id))
    const session = here === undefined ? undefined : players.session(here.projection, id)
    // Nobody says anything on the way.
    if (here === undefined || session === undefined) deliver()
    else if (session === null) here.does(players.enter({ id, session: `s${step}` }), null)
    else if (dice.chance(1)) here.does(players.enter({ id, session: `s${step}` }), null)
    else if (dice.chance(2)) here.does(players.disconnect({ id, session }), null)
    else here.says({ type: "Character", id }, dice.pick(mood)!)
    if (dice.chance(30)) for (const each of plays) each.waits(dice.roll(8_000))
    if (dice.chance(80)) deliver()
    for (const each of plays) if (dice.chance(40)) each.consumes(dice.roll(12))
    for (const each of plays) consistent(each)
  }
  // A deed goes after who did it, however far that is.
  for (let turns = 0; turns < 4; turns++) {
    for (const each of plays) each.consumes()
    deliver()
  }
  return plays
}

/** A tour, by whoever is in it. */
const led = (tour: Tour) => {
  const ids = supply()
  const plays = [new Play(1, ids), new Play(2, ids)] as const
  const [here] = plays
  const persons = new Map(
    [...new Set(tour.map(([name]) => name))].map((name) => [name, ids.next()])
  )
  for (const [name, id] of persons) {
    here.does(players.create({ id, name, account: id, fresh: { description: "A guest." } }), null)
    here.does(players.enter({ id, session: name }), null)
  }
  for (const [name, ...said] of tour) {
    for (const line of said) {
      const rejected = here.says({ type: "Character", id: persons.get(name)! }, line)
      assert.isUndefined(rejected, `${name}: ${line}`)
      consistent(here)
    }
  }
  here.consumes()
  return plays
}

/** What came of one that is authored anew while it is played. */
const anew = (): ReadonlyArray<WorldEvent> => {
  const { played } = Reshaped.play()
  played.waits(11_000)
  consistent(played)
  return played.came.flatMap(({ events }) => events)
}

/** What came of an auction when its time was over. */
const sold = (): ReadonlyArray<WorldEvent> => {
  const [here] = led(bids)
  here.waits(9_000)
  return here.came.flatMap(({ events }) => events)
}

/** What came of copies: one that was left and is no more, and one in which somebody is. */
const delved = (): ReadonlyArray<WorldEvent> => {
  const [town, left, entered] = Delved.play() as [Play, Play, Play]
  assert.deepStrictEqual(Conservation.held(left.projection), { gold: 0, items: 0 })
  assert.deepStrictEqual(left.projection.all(Room), [])
  for (const each of [town, entered]) consistent(each)
  assert.lengthOf(entered.projection.all(Character), 1)
  return [town, left, entered].flatMap(({ came }) => came.flatMap(({ events }) => events))
}

/** What must hold between rows, always. */
const consistent = ({ projection }: { readonly projection: Projection }): void => {
  for (const character of projection.all(Character)) {
    const runtime = projection.runtime(Character, character.id)
    assert.strictEqual(character.inside, runtime !== undefined, "inside as its runtime row says")
    assert.isAtLeast(character.gold, 0)
    assert.isDefined(projection.get(Room, character.room))
    if (character.fighting !== null) {
      assert.isTrue(character.inside)
      assert.strictEqual(projection.get(Mob, character.fighting)?.room, character.room)
    }
    assert.strictEqual(character.fighting === null, character.fight === null)
    if (character.wielding !== null) {
      const weapon = projection.get(Item, character.wielding)
      assert.strictEqual(weapon?.holderId, character.id, "who wields a thing holds it")
    }
  }
  for (const { id, worn } of projection.all(Character)) {
    for (const item of Object.values(worn)) {
      const row = projection.get(Item, item)
      assert.strictEqual(row?.holder, "character", "what is worn is held")
      assert.strictEqual(row?.holderId, id)
    }
  }
  for (const mob of projection.all(Mob)) {
    assert.isAbove(mob.hp, 0)
    assert.isDefined(projection.runtime(Mob, mob.id))
    if (mob.fighting === null) continue
    const foe = projection.get(Character, mob.fighting)
    assert.strictEqual(foe?.room, mob.room)
    assert.isTrue(foe?.inside)
  }
  for (const item of projection.all(Item)) {
    const holders = { room: Room, character: Character, mob: Mob, item: Item, lot: Lot }
    assert.isDefined(projection.get(holders[item.holder], item.holderId), "held by what exists")
  }
  for (const room of projection.all(Room)) {
    for (const [direction, door] of Object.entries(room.doors)) {
      const pairs: Record<string, string> = {
        north: "south",
        south: "north",
        east: "west",
        west: "east",
        up: "down",
        down: "up"
      }
      const other = projection
        .all(Room)
        .filter((each) => each.doors[pairs[direction]!] === door && each.id !== room.id)
      assert.isAbove(other.length, 0, "both sides of a door stand the same")
    }
  }
}

describe("a random game", () => {
  let games: ReadonlyArray<ReturnType<typeof play>> = []
  let came: ReadonlyArray<Came> = []
  let events: ReadonlyArray<WorldEvent> = []
  beforeAll(() => {
    games = [
      ...[...Array(35).keys(), 59, 94, 101].map((i) => play(i + 1, 300)),
      ...[41, 42, 43].map((seed) => play(seed, 300, trading)),
      ...tours.map(led)
    ]
    came = games.flatMap(([a, b]) => [...a.came, ...b.came])
    events = [...came.flatMap((each) => each.events), ...anew(), ...delved(), ...sold()]
  }, 240_000)

  it("makes and destroys nothing but by the Events that say so", () => {
    // Each Event was checked when it happened; here is the sum of both instances over all of it.
    for (const plays of games) {
      const held = plays.map(({ projection }) => Conservation.held(projection))
      const ids = supply()
      const born = [1, 2].map((n) => Conservation.held(new Play(n, ids).projection))
      const made = plays.flatMap((each) =>
        each.came.flatMap((one) => one.events.map(Conservation.made))
      )
      for (const what of ["gold", "items"] as const) {
        const sum = (all: ReadonlyArray<Conservation.Holdings>) =>
          all.reduce((total, each) => total + each[what], 0)
        assert.strictEqual(sum(held), sum(born) + sum(made))
      }
    }
  })
  it("counts each deed once, wherever its character went meanwhile", () => {
    for (const plays of games) {
      const all = plays.flatMap((each) => each.came.flatMap((one) => one.events))
      for (const id of [1, 2]
        .flatMap((n) => plays[n - 1]!.projection.all(Character))
        .map((c) => c.id)) {
        const feats = plays.flatMap(({ projection }) => projection.get(Feats, featsOf(id)) ?? [])
        assert.lengthOf(feats, 1)
        const [{ gained, kills, seen }] = feats as [Feats]
        const killed = all.filter((each) => hasKilled(each) === id)
        assert.strictEqual(kills, killed.length)
        const told = all.flatMap((each) =>
          each._tag === "AchievementGained" && each.character === id ? [each.achievement] : []
        )
        assert.sameMembers([...gained], told)
        assert.strictEqual(new Set(told).size, told.length)
        assert.strictEqual(new Set(seen).size, seen.length)
        assert.strictEqual(gained.includes("first-blood"), kills > 0)
        assert.strictEqual(gained.includes("ten-kills"), kills >= 10)
        const crossed = all.some(
          (each) => each._tag === "CharacterArrived" && each.character === id
        )
        assert.strictEqual(gained.includes("wayfarer"), crossed)
      }
    }
  })
  it("has all in it that can happen", () => {
    const happened = new Set<string>(events.map(({ _tag }) => _tag))
    const never = game.actions.flatMap((rule: Action.AnyRule) =>
      rule.emits.flatMap(({ _tag }) => (happened.has(_tag) ? [] : [`${rule._tag} emits ${_tag}`]))
    )
    assert.deepStrictEqual(never, [])
  })
  it("has words for all that anybody hears, and for nothing else", () => {
    const definitions = new Map<string, Event.Any>(game.events.map((one) => [one._tag, one]))
    const heard = new Set(
      events.flatMap((event) =>
        definitions.get(event._tag)!.heardBy(event).length > 0 ? [event._tag] : []
      )
    )
    const shown = Object.keys(Views.views).filter(
      (tag) => tag !== "ActionFailed" && tag !== "ActionRefused"
    )
    assert.deepStrictEqual([...heard].sort(), shown.sort())
  })
  it("is the same game again from the same seed", () => {
    const twice = [play(7, 200), play(7, 200)].map(([a, b]) => JSON.stringify([a.came, b.came]))
    assert.strictEqual(twice[0], twice[1])
  }, 60_000)
  it("reads as text to everybody", () => {
    for (const event of events) {
      for (const who of [
        { character: 0, room: null },
        { character: "character" in event ? Number(event.character) : 1, room: 1 }
      ]) {
        for (const line of Views.event(event, who)) {
          assert.isAbove(line.length, 0)
          assert.notMatch(line, /undefined|null|NaN|\[object/)
          if (event._tag === "HelpShown") continue
          assert.strictEqual(line.charAt(0), line.charAt(0).toUpperCase())
        }
      }
    }
    for (const { failure } of came) {
      if (failure !== undefined)
        assert.notStrictEqual(Views.explain(failure), "That does not work.")
    }
  }, 60_000)
})
