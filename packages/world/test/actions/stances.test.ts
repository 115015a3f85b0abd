import { assert, describe, it } from "@effect/vitest"
import { Dice } from "@wr2/core"
import { Attack } from "../../src/actions/Attack.ts"
import { AttackRound } from "../../src/actions/AttackRound.ts"
import { Decay } from "../../src/actions/Decay.ts"
import { Move } from "../../src/actions/Move.ts"
import { TakeStance } from "../../src/actions/TakeStance.ts"
import { Item } from "../../src/aggregates/Item.ts"
import * as Combat from "../../src/Combat.ts"
import { DamageDealt } from "../../src/events/DamageDealt.ts"
import { FightBegan } from "../../src/events/FightBegan.ts"
import { LevelGained } from "../../src/events/LevelGained.ts"
import { MobDied } from "../../src/events/MobDied.ts"
import { StanceTaken } from "../../src/events/StanceTaken.ts"
import { Fighting, NothingToAssist, Resting, StanceAlready } from "../../src/Failures.ts"
import * as Health from "../../src/Health.ts"
import * as Views from "../../src/views/Views.ts"
import { ann, annId, at, bob, bobId, given, item, now, rat, ratId } from "../fixtures/Saltmere.ts"

const square = at("gallows-square")
const fighting = { fighting: 201, fight: 7 }
const fought = { fighting: annId, fight: 7 }
const craft = { archetype: "wrecker", energy: 2, energyAt: now, ready: {} }
const rest = TakeStance.make({ character: annId, stance: "resting" })
const stand = TakeStance.make({ character: annId, stance: "standing" })
const taken = (stance: "resting" | "standing", hp: number, energy: number, when = now) =>
  StanceTaken.make({
    character: annId,
    name: "Ann",
    room: square,
    stance,
    hp,
    energy,
    at: when
  })

describe("rest", () => {
  it("heals three times as fast, and what was healed stays", () => {
    const hurt = { hp: 5, hpAt: now } as const
    assert.strictEqual(Health.at(hurt, 25, now + 12_000), 8)
    assert.strictEqual(Health.at({ ...hurt, stance: "resting" }, 25, now + 12_000), 14)
    given(ann("gallows-square", { hp: 5, craft }))
      .when(rest)
      .then(taken("resting", 5, 2))
      .and(stand, { now: now + 12_000 })
      .then(taken("standing", 14, 10, now + 12_000))
      .leaves(
        ann("gallows-square", {
          hp: 14,
          hpAt: now + 12_000,
          craft: { ...craft, energy: 10, energyAt: now + 12_000 }
        })
      )
  })
  it("is for who fights nobody, and once", () => {
    given(ann("gallows-square", fighting), rat("gallows-square")).when(rest).fails(new Fighting())
    given(ann("gallows-square"), rat("gallows-square", fought)).when(rest).fails(new Fighting())
    given(ann("gallows-square"))
      .when(stand)
      .fails(new StanceAlready({ stance: "standing" }))
    given(ann("gallows-square"))
      .says(ann("gallows-square"), "rest")
      .plans(rest)
      .says(ann("gallows-square"), "stand")
      .plans(stand)
  })
  it("is no walking", () => {
    const sitting = ann("gallows-square", { stance: "resting" })
    given(sitting).says(sitting, "n").rejects(new Resting())
    const way = { direction: "north", to: at("marsh-gate"), door: null, trigger: false } as const
    given(sitting)
      .when(Move.make({ character: annId, from: square, way }))
      .fails(new Resting())
  })
  it("ends when one is attacked", () =>
    given(
      ann("gallows-square", { hp: 5, stance: "resting", hpAt: now - 4_000 }),
      rat("gallows-square")
    )
      .when(Attack.make({ by: "mob", character: annId, mob: ratId, room: square }))
      .then(
        taken("standing", 8, 12),
        FightBegan.make({
          fight: 1000,
          by: "mob",
          character: annId,
          name: "Ann",
          mob: ratId,
          mobName: "a marsh rat",
          room: square,
          characterTurns: true,
          mobTurns: true,
          memory: { back: null, grudge: null }
        })
      ))
})

describe("assist", () => {
  it("attacks what somebody fights", () => {
    const here = [ann("gallows-square"), bob("gallows-square", fighting), rat("gallows-square")]
    given(...here)
      .says(here[0]!, "assist bob")
      .plans(Attack.make({ by: "character", character: annId, mob: ratId, room: square }))
    given(...here)
      .says(here[1]!, "assist ann")
      .rejects(new NothingToAssist({ who: "Ann" }))
    given(...here)
      .says(here[1]!, "assist bob")
      .rejects(new NothingToAssist({ who: "Bob" }))
    const busy = ann("gallows-square", fighting)
    given(busy, here[1]!, here[2]!).says(busy, "assist bob").rejects(new Fighting())
  })
})

describe("a level", () => {
  const still: Combat.Guard = { dodge: 0, armour: 0, resists: {} }
  const seed = (() => {
    for (let each = 1; ; each++) {
      const struck = Combat.blow(Combat.character(45, Combat.fists), still, Dice.fromSeed(each))
      if (struck.how === "hit" && struck.damage === 4) return each
    }
  })()
  const gained = LevelGained.make({
    character: annId,
    name: "Ann",
    room: square,
    level: 2,
    maxHp: 30,
    learned: []
  })
  it("is told when it is gained", () =>
    given(
      ann("gallows-square", { ...fighting, exp: 45 }),
      rat("gallows-square", { ...fought, hp: 1 })
    )
      .when(AttackRound.make({ fight: 7, character: annId, mob: ratId }), { seed })
      .then(
        DamageDealt.make({
          attacker: { kind: "character", id: annId, name: "Ann" },
          target: { kind: "mob", id: ratId, name: "a marsh rat" },
          room: square,
          amount: 4,
          absorbed: 0,
          shielded: 0,
          critical: false,
          type: "crush",
          left: 0,
          at: now
        }),
        MobDied.make({
          mob: ratId,
          mobName: "a marsh rat",
          room: square,
          killer: annId,
          killerName: "Ann",
          exp: 8,
          corpse: item(1000, "corpse", "room", square, {
            gold: 3,
            rolled: { name: "the corpse of a marsh rat", damage: 0 }
          }).row,
          items: [],
          freed: [annId]
        }),
        gained
      )
      .next(Decay.make({ corpse: Item.Id.make(1000) }, { after: 120_000 }))
      .leaves(ann("gallows-square", { exp: 53 })))
  it("says what comes with it", () => {
    const learned = { ...gained, learned: ["haul"] }
    assert.deepStrictEqual(Views.event(learned, { character: annId, room: square }), [
      "You have reached level 2: 30 hp.",
      "You have learned to haul."
    ])
    assert.deepStrictEqual(Views.event(learned, { character: bobId, room: square }), [
      "Ann has reached level 2."
    ])
  })
})
