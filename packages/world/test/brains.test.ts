import { assert, describe, it } from "@effect/vitest"
import { Content, Dice } from "@wr2/core"
import { game } from "@wr2/testkit/SmallWorld"
import { FleeMob } from "../src/actions/FleeMob.ts"
import { Think } from "../src/actions/Think.ts"
import { blank, Mob } from "../src/aggregates/Mob.ts"
import * as Assistant from "../src/brains/Assistant.ts"
import * as Coward from "../src/brains/Coward.ts"
import * as Guard from "../src/brains/Guard.ts"
import * as Hater from "../src/brains/Hater.ts"
import * as Mind from "../src/brains/Mind.ts"
import type { Situation } from "../src/brains/Situation.ts"
import * as Wanderer from "../src/brains/Wanderer.ts"
import * as Combat from "../src/Combat.ts"
import * as Lookup from "../src/content/Lookup.ts"
import { MobFled } from "../src/events/MobFled.ts"
import { Elsewhere, NotFighting } from "../src/Failures.ts"
import { ann, annId, at, bob, bobId, given, mob, now, room } from "./fixtures/Saltmere.ts"

const read = Content.reader(game.content)
const square = at("gallows-square")
const at_ = "gallows-square"
const craft = (archetype: string) => ({
  craft: { archetype, energy: 12, energyAt: now, ready: {} }
})
const watchman = mob(210, "watchman", at_)
const looters = [mob(211, "looter", at_), mob(212, "looter", at_)] as const
const thinking = (of: ReturnType<typeof mob>, more: Partial<Situation> = {}): Situation => ({
  mob: of.row as Mob,
  template: Lookup.mob(read, of.row.template),
  memory: blank,
  room: room(at_).row,
  persons: [],
  mobs: [watchman, ...looters].map((each) => each.row),
  content: read,
  now,
  dice: Dice.fromSeed(1),
  ...more
})
const attack = (id: number) => ({ _tag: "kill", target: `character.${id}` }) as never
const persons = (...rows: ReadonlyArray<{ readonly row: object }>) => ({
  persons: rows.map(({ row }) => row) as unknown as Situation["persons"]
})

describe("a mind", () => {
  it("guards its faction", () => {
    const about = (fighting: number | null) =>
      thinking(watchman, persons(ann(at_, { fighting: null }), bob(at_, { fighting })))
    assert.deepStrictEqual(Guard.think(about(211)), attack(bobId))
    assert.isUndefined(Guard.think(about(999)))
    assert.isUndefined(Guard.think(about(null)))
    assert.isUndefined(Guard.think(thinking(looters[0], persons(bob(at_, { fighting: 212 })))))
    const busy = mob(210, "watchman", at_, { fighting: annId, fight: 1 })
    assert.isUndefined(Guard.think(thinking(busy, persons(bob(at_, { fighting: 211 })))))
  })
  it("assists its kind", () => {
    const helps = (more: object) => Assistant.think(thinking(looters[0], persons(ann(at_, more))))
    assert.deepStrictEqual(helps({ fighting: 212 }), attack(annId))
    assert.isUndefined(helps({ fighting: 210 }))
    const struck = mob(212, "looter", at_, { fighting: annId, fight: 1 })
    const attacked = { ...persons(ann(at_)), mobs: [looters[0].row, struck.row] }
    assert.deepStrictEqual(Assistant.think(thinking(looters[0], attacked)), attack(annId))
    assert.isUndefined(Assistant.think(thinking(watchman, persons(ann(at_, { fighting: 211 })))))
  })
  it("hates whom its side hates", () => {
    const meets = (archetype: string) =>
      Hater.think(thinking(looters[0], persons(ann(at_, craft(archetype)))))
    assert.deepStrictEqual(meets("lampwright"), attack(annId))
    assert.isUndefined(meets("wrecker"))
    assert.isUndefined(Hater.think(thinking(looters[0], persons(ann(at_)))))
    const gull = mob(213, "gull", at_)
    assert.isUndefined(Hater.think(thinking(gull, persons(ann(at_, craft("lampwright"))))))
  })
  it("flees when it is hurt, and only from a fight", () => {
    const gull = (hp: number, fighting: typeof annId | null) =>
      mob(213, "gull", at_, { hp, fighting, fight: fighting === null ? null : 1 })
    const thinks = (hp: number, fighting: typeof annId | null = annId, more = {}) =>
      Coward.think(thinking(gull(hp, fighting), more))
    assert.deepStrictEqual(thinks(3), { _tag: "flee" } as never)
    assert.isUndefined(thinks(4))
    assert.isUndefined(thinks(2, null))
    const fought = persons(ann(at_, { fighting: 213, fight: 1 }))
    assert.deepStrictEqual(thinks(2, null, fought), { _tag: "flee" } as never)
    const brave = mob(211, "looter", at_, { hp: 1, fighting: annId, fight: 1 })
    assert.isUndefined(Coward.think(thinking(brave)))
  })
  it("wanders within its zone", () => {
    const template = { ...Lookup.mob(read, "looter"), roams: 100 }
    const there = mob(211, "looter", "mudflat")
    const flat = room("mudflat").row
    for (let seed = 0; seed < 20; seed++) {
      const dice = Dice.fromSeed(seed)
      assert.deepStrictEqual(Wanderer.think(thinking(there, { template, room: flat, dice })), {
        _tag: "go",
        direction: "north"
      } as never)
    }
  })
  it("is listened to in order, and is still while stunned", () => {
    const here = persons(ann(at_, craft("lampwright")), bob(at_, { fighting: 212 }))
    assert.deepStrictEqual(Mind.think(thinking(looters[0], here)), attack(bobId))
    const daze = {
      id: 1,
      skill: "stagger",
      name: "a daze",
      does: "stun",
      amount: 0,
      type: "crush",
      every: 2_000,
      by: { kind: "character", id: annId, name: "Ann" },
      until: now + 1
    } as const
    const stunned = mob(211, "looter", at_, { lasting: [daze] })
    assert.isUndefined(Mind.think(thinking(stunned, here)))
    assert.isDefined(Mind.think(thinking(stunned, { ...here, now: now + 1 })))
  })
  it("thinks by an Action that sees who is there, and wakes nobody", () => {
    const actor = { type: "Mob", id: 210 }
    given(watchman, looters[0], bob(at_, { fighting: 211, fight: 1 }))
      .when(Think.make({ mob: Mob.Id.make(210) }))
      .then()
      .next(Think.make({ mob: Mob.Id.make(210) }, { every: 2_000 }))
      .issues({ actor, command: attack(bobId) })
    assert.isFalse(Think.options.wakes)
  })
})

describe("FleeMob", () => {
  const gullId = Mob.Id.make(213)
  const gull = mob(213, "gull", at_, { hp: 2, fighting: annId, fight: 1 })
  const ways = [
    { direction: "north", to: at("marsh-gate"), door: null, trigger: false },
    { direction: "south", to: at("rope-street"), door: null, trigger: false }
  ] as const
  const flee = FleeMob.make({ mob: gullId, from: square, ways })
  const seedOf = (works: boolean) => {
    for (let seed = 1; ; seed++) {
      const dice = Dice.fromSeed(seed)
      if (dice.roll(2) === 2 && dice.chance(Combat.fleePercent) === works) return seed
    }
  }
  it("is typed by nobody, and keeps out of safety", () => {
    given(gull)
      .says(gull, { _tag: "flee" } as never)
      .plans(flee)
    const below = mob(213, "gull", "rope-street", { fighting: annId, fight: 1 })
    const out = { direction: "north", to: square, door: null, trigger: false } as const
    given(below)
      .says(below, { _tag: "flee" } as never)
      .plans(FleeMob.make({ mob: gullId, from: at("rope-street"), ways: [out] }))
  })
  it("gets away, and is left alone", () =>
    given(gull, ann(at_, { fighting: 213, fight: 1 }), bob(at_, { fighting: 213, fight: 2 }))
      .when(flee, { seed: seedOf(true) })
      .then(
        MobFled.make({
          mob: gullId,
          name: "a gull",
          from: square,
          to: at("rope-street"),
          direction: "south",
          memory: { back: "north", grudge: null },
          freed: [annId, bobId]
        })
      )
      .leaves(
        ann(at_),
        bob(at_),
        mob(213, "gull", "rope-street", { hp: 2 }, { back: "north", grudge: null })
      ))
  it("is held back, or has no reason", () => {
    given(gull, ann(at_, { fighting: 213, fight: 1 }))
      .when(flee, { seed: seedOf(false) })
      .then()
    given(mob(213, "gull", at_))
      .when(flee)
      .fails(new NotFighting())
    given(mob(213, "gull", "mudflat"))
      .when(flee)
      .fails(new Elsewhere())
  })
})
