import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Content } from "@wr2/core"
import { content, files } from "@wr2/testkit/SmallWorld"
import { Result } from "effect"
import { parse } from "../../src/content/Load.ts"
import * as Lookup from "../../src/content/Lookup.ts"
import { format } from "../../src/content/Problem.ts"
import * as Published from "../../src/content/Published.ts"
import { World } from "../../src/content/World.ts"
import type { Authored, RoomTemplate } from "../../src/content/World.ts"

/** The smallest world that holds together; what is given replaces a line of it. */
const smallest = `settings:
  name: Small
  place: hill
  corpse: corpse
  coins: coins
places:
  hill: { name: the hill, number: 1, start: top }
rooms:
  top:
    place: hill
    name: The Top
    description: High.
    exits:
      down: foot
  foot:
    place: hill
    name: The Foot
    description: Low.
    exits:
      up: top
items:
  corpse: { name: a corpse, keywords: [corpse], description: Dead., takeable: false, container: true }
  coins: { name: coins, keywords: [gold], description: Gold. }
`
const world = (...changes: ReadonlyArray<readonly [from: string, to: string]>) =>
  changes.reduce((text, [from, to]) => {
    assert.include(text, from)
    return text.replace(from, to)
  }, smallest)
const told = (...texts: ReadonlyArray<string>): ReadonlyArray<string> => {
  const parsed = parse(texts.map((text, i) => ({ name: `${"abc"[i]}.yaml`, text })))
  return Result.isFailure(parsed) ? parsed.failure.map(format) : []
}
const change = (from: string, to: string) => told(world([from, to]))

describe("content", () => {
  it("that is shipped has no mistake", () => {
    const folder = new URL("../../content/", import.meta.url)
    const shipped = readdirSync(folder).map((name) => ({
      name,
      text: readFileSync(new URL(name, folder), "utf8")
    }))
    const parsed = parse(shipped)
    assert.deepStrictEqual(Result.isFailure(parsed) ? parsed.failure.map(format) : [], [])
  })
  it("is Saltmere: a dozen rooms and more in two places", () => {
    const saltmere = Content.reader(content)(World)
    assert.isAtLeast(Object.keys(saltmere.rooms).length, 12)
    assert.deepStrictEqual(Object.keys(saltmere.places).sort(), ["barrow", "saltmere"])
  })
  it("fills in what is left out, and short exits", () => {
    const parsed = Result.getOrThrow(parse([{ name: "a.yaml", text: smallest }]))
    const { rooms, settings } = parsed.value as Authored
    assert.deepStrictEqual(rooms["top"], {
      place: "hill",
      name: "The Top",
      description: "High.",
      safe: false,
      details: [],
      secret: false,
      exits: { down: { to: "foot", door: null, key: null, starts: "closed" } },
      outdoors: false,
      flags: [],
      items: [],
      onEnter: null,
      triggers: [],
      portal: null
    })
    assert.strictEqual(settings.carry, 20)
  })
  it("has the same hash however it is spread over files and ordered", () => {
    const backwards = parse([...files].reverse())
    assert.strictEqual(Result.getOrThrow(backwards).hash, content.hash)
  })
  it("is kept in tables, and read from them as it was", () => {
    const rows = JSON.parse(JSON.stringify(Published.rows(content))) as Published.Published
    assert.strictEqual(rows.world.content_hash, content.hash)
    const { rooms } = content.value as Authored
    assert.strictEqual(rows.room_template.length, Object.keys(rooms).length)
    assert.deepStrictEqual(Published.read(rows), content)
  })
  it("that was kept before a field was made reads as its default, under its old hash", () => {
    const { world, ...rows } = Published.rows(content)
    const old = rows.room_template.map(({ data, slug }) => {
      const { secret: _, ...room } = data as RoomTemplate
      return { slug, data: slug === "candle-cellar" ? data : room }
    })
    const read = Published.read({
      world: { ...world, content_hash: "old" },
      ...rows,
      room_template: old
    })
    assert.deepStrictEqual(read, { ...content, hash: "old" })
  })
  it("that has lost a template still reads", () => {
    const read = Content.reader(content)
    assert.strictEqual(Lookup.item(read, "lost").name, "lost")
    assert.strictEqual(Lookup.mob(read, "constructor").hp, 1)
    assert.isTrue(Lookup.room(read, "lost").safe)
  })
})

describe("a mistake is told with file, line and reason", () => {
  it("none in what is right", () => assert.deepStrictEqual(told(smallest), []))
  it("not YAML", () => {
    const [first] = told("rooms:\n  top: [1, 2\n")
    assert.match(first!, /^a\.yaml:3: not YAML: /)
  })
  it("an alias of nothing, wherever it stands", () => {
    assert.deepStrictEqual(told(smallest, "mobs:\n  rat: *nothing\n"), [
      "b.yaml:2: mobs.rat: *nothing stands for nothing: no &nothing is before it"
    ])
    assert.deepStrictEqual(
      told(smallest, "mobs:\n  rat:\n    name: *no\n    keywords:\n      - rat\n      - *nor\n"),
      [
        "b.yaml:3: mobs.rat: *no stands for nothing: no &no is before it",
        "b.yaml:6: mobs.rat: *nor stands for nothing: no &nor is before it"
      ]
    )
    assert.deepStrictEqual(told(smallest, "mobs:\n  rat:\n    ? *no\n    : 1\n"), [
      "b.yaml:3: mobs.rat: *no stands for nothing: no &no is before it"
    ])
  })
  it("aliases of aliases, without end", () => {
    const tens = ["b", "c", "d", "e"].map((name, i) => {
      const before = Array.from({ length: 10 }, () => `*${"abcd"[i]}`).join(", ")
      return `  ${name}: &${name} [${before}]\n`
    })
    const bomb = told(smallest, `mobs:\n  a: &a [x, x, x, x, x, x]\n${tens.join("")}`)
    const [line] = bomb.filter((one) => one.startsWith("b.yaml:4:"))
    assert.match(line!, /^b\.yaml:4: mobs\.c: not YAML that can be read: Excessive alias count/)
  })
  it("a merge of what is no map", () =>
    assert.deepStrictEqual(told(smallest, "%YAML 1.1\n---\nmobs:\n  rat:\n    <<: 5\n"), [
      "b.yaml:4: mobs.rat: not YAML that can be read: Merge sources must be maps or map aliases"
    ]))
  it("no settings", () =>
    assert.deepStrictEqual(told("", ""), ["a.yaml:1: no file has `settings:`"]))
  it("no sections", () => {
    assert.deepStrictEqual(told(smallest, "- a\n- b\n"), [
      "b.yaml:1: a file holds sections, like `rooms:`"
    ])
    assert.deepStrictEqual(told(smallest, "mobs: 5\n"), [
      "b.yaml:1: mobs: a section holds entries by their slug"
    ])
  })
  it("an unknown section", () =>
    assert.deepStrictEqual(told(smallest, "\nroms:\n  inn: {}\n"), [
      'b.yaml:3: no section is called "roms" (did you mean "rooms"?)'
    ]))
  it("a slug that is none", () =>
    assert.deepStrictEqual(told(smallest, "rooms:\n  The Inn: {}\n"), [
      'b.yaml:2: "The Inn" is no slug: lower case letters, digits and - (did you mean "the-inn"?)'
    ]))
  it("an entry twice", () =>
    assert.deepStrictEqual(told(smallest, "rooms:\n  top: {}\n"), [
      "b.yaml:2: rooms.top is already in a.yaml:9"
    ]))
  it("an unknown field, with the line it is on", () =>
    assert.deepStrictEqual(change("    description: High.", "    descripton: High."), [
      "a.yaml:9: rooms.top.description: is missing",
      'a.yaml:12: rooms.top.descripton: there is no such field (did you mean "description"?)'
    ]))
  it("a value of the wrong kind, deep inside", () => {
    assert.deepStrictEqual(change("number: 1,", "number: one,"), [
      "a.yaml:7: places.hill.number: Expected number"
    ])
    assert.deepStrictEqual(change("down: foot", "down: { to: foot, dor: x }"), [
      'a.yaml:14: rooms.top.exits.down.dor: there is no such field (did you mean "door"?)'
    ])
    assert.deepStrictEqual(change("rooms:\n", "rooms:\n  inn: 5\n"), [
      "a.yaml:9: rooms.inn: Expected object"
    ])
  })
  it("a list's place", () => {
    const mob = `mobs:
  rat:
    name: a rat
    keywords: [rat]
    description: Rat.
    hp: 5
    hit: 50
    damage: { low: 2, high: 1 }
    exp: 1
    loot:
      - { item: coins, chance: 100 }
      - { item: coin, chance: 101 }
`
    assert.deepStrictEqual(told(smallest, mob), [
      "b.yaml:12: mobs.rat.loot.1.chance: Expected a value between 0 and 100"
    ])
    assert.deepStrictEqual(told(smallest, mob.replace("101", "100")), [
      "b.yaml:8: mobs.rat.damage: low 2 is above high 1",
      'b.yaml:12: mobs.rat.loot.1.item: there is no item "coin" (did you mean "coins"?)'
    ])
  })
  it("an exit to nowhere, or in no direction", () => {
    assert.deepStrictEqual(change("down: foot", "down: foo"), [
      'a.yaml:14: rooms.top.exits.down.to: there is no room "foo" (did you mean "foot"?)'
    ])
    assert.deepStrictEqual(change("down: foot", "donw: foot"), [
      'a.yaml:14: rooms.top.exits.donw: is no direction (did you mean "down"?)'
    ])
  })
  it("a door with one side", () => {
    assert.deepStrictEqual(change("down: foot", "down: { to: foot, door: hatch }"), [
      "a.yaml:14: rooms.top.exits.down.door: a door has two sides: rooms.foot.exits.up has not the same one"
    ])
    const both = world(
      ["down: foot", "down: { to: foot, door: hatch }"],
      ["up: top", "up: { to: top, door: hatch }"]
    )
    assert.deepStrictEqual(told(both), [])
  })
  it("a lock without a door, without a key, or on one side", () => {
    const both = (more: string) =>
      told(
        world(
          ["down: foot", `down: { to: foot, ${more} }`],
          ["up: top", `up: { to: top, ${more} }`]
        )
      )
    assert.deepStrictEqual(both("door: hatch, key: coins, starts: locked"), [])
    assert.deepStrictEqual(both("door: hatch, key: coin"), [
      'a.yaml:14: rooms.top.exits.down.key: there is no item "coin" (did you mean "coins"?)',
      'a.yaml:20: rooms.foot.exits.up.key: there is no item "coin" (did you mean "coins"?)'
    ])
    assert.deepStrictEqual(
      [both("key: coins")[0], both("starts: open")[0], both("door: hatch, starts: locked")[0]],
      [
        "a.yaml:14: rooms.top.exits.down.key: there is no door to lock",
        "a.yaml:14: rooms.top.exits.down.starts: there is no door that could stand so",
        "a.yaml:14: rooms.top.exits.down.starts: nobody could ever unlock it: say which item is its `key`"
      ]
    )
    const one = world(
      ["down: foot", "down: { to: foot, door: hatch, key: coins, starts: locked }"],
      ["up: top", "up: { to: top, door: hatch }"]
    )
    assert.lengthOf(told(one), 2)
  })
  it("what would be worn, spent or held against its own description", () => {
    const coins = (more: string) => change("description: Gold. }", `description: Gold., ${more} }`)
    assert.deepStrictEqual(coins("armour: 1"), [
      "a.yaml:23: items.coins.armour: it is not worn: say in which `slot`"
    ])
    assert.deepStrictEqual(coins("gold: 1, use: { how: eat }"), [
      "a.yaml:23: items.coins.use.spends: what is in it would be gone: say false"
    ])
    assert.deepStrictEqual(coins("container: true, contains: [corpse, corpse], capacity: 1"), [
      "a.yaml:23: items.coins.contains: its capacity is 1"
    ])
    assert.deepStrictEqual(coins("slot: head, armour: 1, use: { how: eat }"), [])
  })
  it("places that do not hold together", () => {
    const two = world(["rooms:\n", "  dale: { name: the dale, number: 1, start: top }\nrooms:\n"])
    assert.deepStrictEqual(told(two), [
      "a.yaml:8: places.dale.number: hill has this number",
      "a.yaml:8: places.dale.start: this room is in hill"
    ])
    const across = world(
      ["rooms:\n", "  dale: { name: the dale, number: 2, start: foot }\nrooms:\n"],
      ["  foot:\n    place: hill", "  foot:\n    place: dale"]
    )
    assert.deepStrictEqual(told(across), [
      "a.yaml:15: rooms.top.exits.down.to: leads into dale: use a portal",
      "a.yaml:21: rooms.foot.exits.up.to: leads into hill: use a portal"
    ])
  })
  it("a portal that does not lead away", () => {
    const portal = "    portal: { name: an arch, keywords: [arch], place: hill, room: foot }\n"
    assert.deepStrictEqual(change("    exits:\n      up", `${portal}    exits:\n      up`), [
      "a.yaml:19: rooms.foot.portal.place: is where it begins"
    ])
  })
  it("settings that name what is not there, or not fit", () => {
    assert.deepStrictEqual(change("corpse: corpse\n", "corpse: corps\n"), [
      'a.yaml:4: settings.corpse: there is no item "corps" (did you mean "corpse"?)'
    ])
    assert.deepStrictEqual(change(", takeable: false, container: true", ""), [
      "a.yaml:22: items.corpse.container: a corpse is a container: say true",
      "a.yaml:22: items.corpse.takeable: a corpse stays where it is: say false"
    ])
  })
  it("things that contain themselves, or cannot contain", () => {
    const bag = (more: string) =>
      `items:\n  bag: { name: a bag, keywords: [bag], description: Bag., ${more} }\n`
    assert.deepStrictEqual(told(smallest, bag("container: true, contains: [bag]")), [
      "b.yaml:2: items.bag.contains: contains itself"
    ])
    assert.deepStrictEqual(told(smallest, bag("contains: [coins]")), [
      "b.yaml:2: items.bag.contains: only a container contains: say `container: true`"
    ])
  })
  it("a mind that never thinks, and a spawner of nothing", () => {
    const more = `mobs:
  rat: { name: a rat, keywords: [rat], description: R., hp: 5, hit: 50, damage: { low: 1, high: 1 }, exp: 1, aggressive: true }
spawners:
  rats: { mob: rats, room: top }
`
    assert.deepStrictEqual(told(smallest, more), [
      "b.yaml:2: mobs.rat.thinks: it never thinks, so it neither roams nor attacks",
      'b.yaml:4: spawners.rats.mob: there is no mob "rats" (did you mean "rat"?)'
    ])
  })
  it("a spawner of both, of neither, of no item", () => {
    const more = `spawners:
  both: { mob: rat, item: coins, room: top }
  neither: { room: top }
  bags: { item: coin, room: top }
`
    assert.deepStrictEqual(told(smallest, more), [
      "b.yaml:2: spawners.both: say one of mob and item",
      'b.yaml:2: spawners.both.mob: there is no mob "rat"',
      "b.yaml:3: spawners.neither: say one of mob and item",
      'b.yaml:4: spawners.bags.item: there is no item "coin" (did you mean "coins"?)'
    ])
  })
  it("a resistance to what nobody deals", () => {
    const more = `mobs:
  rat: { name: a rat, keywords: [rat], description: R., hp: 5, hit: 50, damage: { low: 1, high: 1 }, exp: 1, resists: { chil: 5 } }
`
    assert.deepStrictEqual(told(smallest, more), [
      'b.yaml:2: mobs.rat.resists.chil: is no type of damage (did you mean "chill"?)'
    ])
  })
  it("skills that nobody can learn, or that do not what they should", () => {
    const more = (target: string, rest: string) => `archetypes:
  monk: { name: a monk, description: M., energy: calm, skills: [pray, bles] }
skills:
  pray: { name: pray, verb: pray, description: P., yours: pray, theirs: prays, target: ${target}, ${rest} }
  bless: { name: bless, verb: pray, description: B., yours: b, theirs: b, target: self, heals: { low: 2, high: 1 } }
`
    assert.deepStrictEqual(told(smallest, more("self", "damage: { low: 1, high: 1, type: cut }")), [
      'b.yaml:2: archetypes.monk.skills.1: there is no skill "bles" (did you mean "bless"?)',
      "b.yaml:4: skills.pray.damage: is not for a friend",
      "b.yaml:5: skills.bless.heals: low 2 is above high 1",
      "b.yaml:5: skills.bless.verb: pray is typed so"
    ])
    const slow = "lasting: { name: l, does: damage, amount: 1, every: 2, seconds: 5 }"
    assert.deepStrictEqual(told(smallest, more("foe", slow)).slice(1, 2), [
      "b.yaml:4: skills.pray.lasting: 5 seconds are no times 2"
    ])
    assert.deepStrictEqual(told(smallest, more("foe", "cost: 1")).slice(1, 2), [
      "b.yaml:4: skills.pray.target: it does nothing"
    ])
  })
  it("sides, zones and minds that do not hold", () => {
    const more = `factions:
  owls: { name: owls, hates: [mice] }
zones:
  all: { name: all, rooms: [top, foot] }
  hill: { name: hill, rooms: [top, fot] }
mobs:
  rat: { name: a rat, keywords: [rat], description: R., hp: 5, hit: 50, damage: { low: 1, high: 1 }, exp: 1, guards: true, flees: 10 }
  owl: { name: an owl, keywords: [owl], description: O., hp: 5, hit: 50, damage: { low: 1, high: 1 }, exp: 1, guards: true, faction: owl, roams: 5, thinks: 1 }
`
    assert.deepStrictEqual(told(smallest, more), [
      'b.yaml:2: factions.owls.hates.0: there is no faction "mice"',
      "b.yaml:5: zones.hill.rooms.0: top is in all",
      'b.yaml:5: zones.hill.rooms.1: there is no room "fot" (did you mean "foot"?)',
      "b.yaml:7: mobs.rat.guards: it never thinks",
      "b.yaml:7: mobs.rat.flees: it never thinks",
      "b.yaml:7: mobs.rat.guards: it has no faction",
      'b.yaml:8: mobs.owl.faction: there is no faction "owl" (did you mean "owls"?)',
      "b.yaml:8: mobs.owl.roams: a guard stays where it is"
    ])
  })
  it("what no row can hold", () => {
    assert.deepStrictEqual(change("description: High.", 'description: "a\\0b"'), [
      "a.yaml:9: rooms.top.description: text holds NUL"
    ])
    assert.deepStrictEqual(change("name: Small\n", "name: Small\n  gold: -0\n"), [
      "a.yaml:1: settings.gold: -0 is not a safe integer"
    ])
  })
  it("many at once, in order of file and line", () => {
    const lines = told(
      world(["number: 1,", "number: 0,"], ["up: top", "up: [top]"]),
      "x: {}\ny: 1\n"
    )
    assert.deepStrictEqual(
      lines.map((line) => line.split(": ")[0]),
      ["a.yaml:7", "a.yaml:20", "b.yaml:2"]
    )
  })
})
