import { assert, describe, it } from "@effect/vitest"
import { Action, Dice } from "@wr2/core"
import { Decay } from "../../src/actions/Decay.ts"
import { Flee } from "../../src/actions/Flee.ts"
import { Look } from "../../src/actions/Look.ts"
import { Item } from "../../src/aggregates/Item.ts"
import * as Combat from "../../src/Combat.ts"
import { AttackMissed } from "../../src/events/AttackMissed.ts"
import { DamageDealt } from "../../src/events/DamageDealt.ts"
import { CharacterFled } from "../../src/events/CharacterFled.ts"
import { CorpseDecayed } from "../../src/events/CorpseDecayed.ts"
import { FleeFailed } from "../../src/events/FleeFailed.ts"
import { NotFighting, NoWayOut } from "../../src/Failures.ts"
import * as Health from "../../src/Health.ts"
import { ann, annId, at, given, item, rat, ratId } from "../fixtures/Saltmere.ts"

const square = at("gallows-square")
const fighting = { fighting: 201, fight: 7 }
const fought = { fighting: annId, fight: 7 }
/** The first seed whose dice choose this way, and let flee. */
const flees = (index: number): number => {
  let seed = 1
  for (;;) {
    const dice = Dice.fromSeed(seed)
    if (dice.roll(2) === index && dice.chance(Combat.fleePercent)) return seed
    seed++
  }
}

describe("Flee", () => {
  const ways = [
    { direction: "north", to: at("marsh-gate"), door: null, trigger: false },
    { direction: "south", to: at("rope-street"), door: null, trigger: false }
  ] as const
  const flee = Flee.make({ character: annId, from: square, ways })
  it("runs one way or the other, and ends the fights", () =>
    given(ann("gallows-square", fighting), rat("gallows-square", fought))
      .when(flee, { seed: flees(2) })
      .then(
        CharacterFled.make({
          character: annId,
          name: "Ann",
          from: square,
          to: at("rope-street"),
          direction: "south",
          freed: [ratId]
        })
      )
      .leaves(ann("rope-street"), rat("gallows-square")))
  it("does not always work, and then one is struck in the back", () => {
    const aRat = { hit: 55, low: 1, high: 2, critical: 0, type: "crush", level: 1 } as const
    const open = { ...Combat.guard(0, 0), dodge: 0 }
    const seeds = Array.from({ length: 100 }, (_, seed) => seed).filter((seed) => {
      const dice = Dice.fromSeed(seed)
      dice.roll(2)
      return !dice.chance(Combat.fleePercent)
    })
    assert.isAbove(seeds.length, 10)
    assert.isBelow(seeds.length, 45)
    const sides = {
      attacker: { kind: "mob", id: ratId, name: "a marsh rat" },
      target: { kind: "character", id: annId, name: "Ann" },
      room: square
    } as const
    for (const seed of seeds) {
      const dice = Dice.fromSeed(seed)
      dice.roll(2)
      dice.chance(Combat.fleePercent)
      const struck = Combat.blow(aRat, open, dice)
      const amount = "damage" in struck ? struck.damage : 0
      given(ann("gallows-square", fighting), rat("gallows-square", fought))
        .when(flee, { seed })
        .then(
          FleeFailed.make({ character: annId, name: "Ann", room: square }),
          amount === 0
            ? AttackMissed.make({ ...sides, dodged: false })
            : DamageDealt.make({
                ...sides,
                amount,
                absorbed: 0,
                shielded: 0,
                critical: false,
                type: "crush",
                left: 25 - amount,
                at: 1_000_000
              })
        )
        .next()
    }
  })
  it("may be the end", () => {
    const ends = Array.from({ length: 60 }, (_, seed) => seed).filter((seed) => {
      const here = [ann("gallows-square", { ...fighting, hp: 1 }), rat("gallows-square", fought)]
      try {
        given(...here)
          .when(flee, { seed })
          .then()
          .leaves()
        return false
      } catch (error) {
        const { actual } = error as { readonly actual: ReadonlyArray<{ readonly _tag: string }> }
        return actual.some(({ _tag }) => _tag === "CharacterDied")
      }
    })
    assert.isAbove(ends.length, 0)
  })
  it("needs a fight, and a way out", () => {
    given(ann("gallows-square"), rat("gallows-square")).when(flee).fails(new NotFighting())
    given(ann("gallows-square", fighting), rat("gallows-square", fought))
      .when(Flee.make({ character: annId, from: square, ways: [] }))
      .fails(new NoWayOut())
    given(ann("marsh-gate", fighting), rat("marsh-gate", fought))
      .when(
        Flee.make({
          character: annId,
          from: at("marsh-gate"),
          ways: [{ direction: "north", to: at("causeway"), door: "iron gate", trigger: false }]
        })
      )
      .fails(new NoWayOut())
  })
  it("is typed", () => {
    const fighter = ann("gallows-square", fighting)
    given(fighter, rat("gallows-square", fought))
      .says(fighter, "flee")
      .plans(flee, Look.make({ character: annId, unless: square }))
    given(ann("gallows-square")).says(ann("gallows-square"), "flee").rejects(new NotFighting())
  })
})

describe("Decay", () => {
  const corpse = item(400, "corpse", "room", square, {
    gold: 3,
    rolled: { name: "the corpse of a marsh rat", damage: 0 }
  })
  const decay = Decay.make({ corpse: Item.Id.make(400) })
  it("destroys the corpse and all in it, and says how much", () =>
    given(
      corpse,
      item(401, "sea-chest", "item", 400, { gold: 2 }),
      item(402, "pelt", "item", 401),
      item(403, "pelt", "room", square)
    )
      .when(decay)
      .then(
        CorpseDecayed.make({
          corpse: Item.Id.make(400),
          corpseName: "the corpse of a marsh rat",
          room: square,
          items: [Item.Id.make(401), Item.Id.make(402)],
          gold: 5
        })
      )
      .gone(corpse.ref, Item.ref(401), Item.ref(402))
      .leaves(item(403, "pelt", "room", square)))
  it("of what is gone is refused", () =>
    given()
      .when(decay)
      .fails(new Action.Gone({ aggregate: "Item", id: 400 })))
})

describe("numbers", () => {
  it("grow with experience", () => {
    assert.deepStrictEqual([0, 49, 50, 149, 150, 300].map(Combat.level), [1, 1, 2, 2, 3, 4])
    assert.strictEqual(Combat.maxHp(0), 25)
  })
  it("heal with time, up to the full", () => {
    const hurt = { hp: 5, hpAt: 10_000 }
    assert.deepStrictEqual(
      [10_000, 13_999, 14_000, 50_000, 1_000_000, 0].map((now) => Health.at(hurt, 10, now)),
      [5, 5, 6, 10, 10, 5]
    )
  })
})
