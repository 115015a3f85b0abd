import { assert, describe, it } from "@effect/vitest"
import { Dice } from "@wr2/core"
import * as Combat from "../src/Combat.ts"
import type { DamageType } from "../src/DamageType.ts"

const striker: Combat.Striker = {
  hit: 80,
  low: 4,
  high: 8,
  critical: 20,
  type: "cut",
  level: 1
}
const bare: Combat.Guard = { dodge: 0, armour: 0, resists: {} }
/** What so many blows come to. */
const blows = (by: Combat.Striker, on: Combat.Guard, times = 4_000) => {
  const dice = Dice.fromSeed(7)
  const all = Array.from({ length: times }, () => Combat.blow(by, on, dice))
  const of = (how: Combat.Struck["how"]) => all.filter((each) => each.how === how).length / times
  const harm = all.reduce((sum, each) => sum + ("damage" in each ? each.damage : 0), 0) / times
  return { missed: of("missed"), dodged: of("dodged"), critical: of("critical"), harm }
}

describe("a blow", () => {
  it("misses, is stepped aside from, or hits, as often as it should", () => {
    const { critical, dodged, missed } = blows(striker, { ...bare, dodge: 25 })
    assert.approximately(missed, 0.2, 0.02)
    assert.approximately(dodged, 0.2, 0.02)
    assert.approximately(critical, 0.12, 0.02)
  })
  it("does half as much again when it is critical", () => {
    const sure = { ...striker, hit: 100, low: 4, high: 4 }
    const dice = Dice.fromSeed(1)
    assert.deepStrictEqual(Combat.blow({ ...sure, critical: 100 }, bare, dice), {
      how: "critical",
      damage: 6,
      absorbed: 0
    })
    assert.deepStrictEqual(Combat.blow({ ...sure, critical: 0 }, bare, dice), {
      how: "hit",
      damage: 4,
      absorbed: 0
    })
  })
  it("does less through armour, the less the more of it, and never nothing", () => {
    const through = (armour: number, level = 1, type: DamageType = "cut") =>
      Combat.lessened(20, { level, type }, { ...bare, armour }).damage
    assert.deepStrictEqual(
      [0, 5, 15, 45, 10_000].map((armour) => through(armour)),
      [20, 15, 10, 5, 5]
    )
    assert.isAbove(through(15, 10), through(15, 1))
    assert.strictEqual(through(45, 1, "burn"), 20)
    const one = Combat.lessened(1, striker, { ...bare, armour: 10_000 })
    assert.deepStrictEqual(one, { damage: 1, absorbed: 0 })
    assert.strictEqual(Combat.lessened(0, striker, bare).damage, 0)
  })
  it("does less of what is resisted", () => {
    const guard = { ...bare, armour: 15, resists: { chill: 50, cut: 50 } }
    const left = (type: DamageType) => Combat.lessened(20, { level: 1, type }, guard)
    assert.deepStrictEqual(left("chill"), { damage: 10, absorbed: 10 })
    assert.deepStrictEqual(left("cut"), { damage: 5, absorbed: 15 })
    assert.deepStrictEqual(left("blight"), { damage: 20, absorbed: 0 })
  })
  it("of who has just begun is about what it always was", () => {
    const mine = blows(Combat.character(0, Combat.fists), bare)
    assert.approximately(mine.harm, 0.7 * 2.5, 0.1)
    const rat: Combat.Striker = { hit: 55, low: 1, high: 2, critical: 0, type: "crush", level: 1 }
    assert.approximately(blows(rat, Combat.guard(0, 0)).harm, 0.55 * 1.5, 0.05)
  })
})
