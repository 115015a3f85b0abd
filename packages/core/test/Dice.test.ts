import { assert, describe, it } from "@effect/vitest"
import { Dice } from "@wr2/core"
import { Schema } from "effect"

const Seed = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))
const Sides = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 0xffffffff }))
const rolls = (seed: number, sides: number, count: number) => {
  const dice = Dice.fromSeed(seed)
  return Array.from({ length: count }, () => dice.roll(sides))
}

describe("the same seed", () => {
  it.prop("gives the same rolls", [Seed, Sides], ([seed, sides]) =>
    assert.deepStrictEqual(rolls(seed, sides, 20), rolls(seed, sides, 20))
  )
  it("gives these, for ever: the log replays by them", () => {
    assert.deepStrictEqual(rolls(0, 20, 10), [3, 20, 2, 13, 5, 2, 4, 10, 11, 6])
    assert.deepStrictEqual(rolls(1, 20, 10), [13, 3, 16, 12, 1, 18, 10, 20, 1, 18])
    assert.deepStrictEqual(
      rolls(Number.MAX_SAFE_INTEGER, 20, 10),
      [15, 20, 8, 7, 5, 17, 11, 13, 11, 17]
    )
    assert.deepStrictEqual(rolls(2 ** 32, 0xffffffff, 3), [3568522573, 2118479591, 2258263062])
  })
})

describe("other seeds", () => {
  it("give other rolls, also where they differ in the upper bits alone", () => {
    const seeds = [
      ...Array(1000).keys(),
      ...Array.from({ length: 20 }, (_, i) => 2 ** (33 + i)),
      Number.MAX_SAFE_INTEGER
    ]
    assert.strictEqual(
      new Set(seeds.map((seed) => rolls(seed, 1_000_000, 4).join())).size,
      seeds.length
    )
  })
})

describe("a roll", () => {
  it.prop("is from 1 to the number of sides", [Seed, Sides], ([seed, sides]) => {
    for (const roll of rolls(seed, sides, 20))
      assert.isTrue(Number.isSafeInteger(roll) && roll >= 1 && roll <= sides)
  })
  it("has sides: 1 to 2^32 - 1", () => {
    const dice = Dice.fromSeed(1)
    assert.strictEqual(dice.roll(1), 1)
    dice.roll(0xffffffff)
    for (const sides of [0, -1, 1.5, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => dice.roll(sides), `dice have 1 to 4294967295 sides, not ${sides}`)
    }
  })

  // Statistics over a new seed in every run, told when they fail; so wide that a fair generator
  // misses them once in more than a million runs (chi-square, p < 1e-6).
  const seed = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER)
  const chiSquare = (counts: ReadonlyArray<number>) => {
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
    return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0)
  }
  for (const [sides, critical] of [
    [2, 24],
    [6, 36],
    [20, 62],
    [100, 180]
  ] as const) {
    it(`of ${sides} sides shows each as often`, () => {
      const counts = Array.from({ length: sides }, () => 0)
      for (const roll of rolls(seed, sides, 60_000)) counts[roll - 1]!++
      assert.isBelow(chiSquare(counts), critical, `seed ${seed}`)
    })
  }
  it("follows the one before in no pattern", () => {
    const counts = Array.from({ length: 36 }, () => 0)
    const dice = Dice.fromSeed(seed)
    for (let i = 0; i < 60_000; i++) counts[(dice.roll(6) - 1) * 6 + dice.roll(6) - 1]!++
    assert.isBelow(chiSquare(counts), 88, `seed ${seed}`)
  })
  it("is fair as the first of seeds that count up, as follow-ups and mobs have them", () => {
    const counts = Array.from({ length: 20 }, () => 0)
    for (let i = 0; i < 60_000; i++)
      counts[Dice.fromSeed((seed + i) % Number.MAX_SAFE_INTEGER).roll(20) - 1]!++
    assert.isBelow(chiSquare(counts), 62, `seed ${seed}`)
  })
  it("of a huge die leans to neither end", () => {
    const sides = 3_000_000_000
    const low = rolls(seed, sides, 60_000).filter((roll) => roll <= sides / 2).length
    assert.isTrue(Math.abs(low - 30_000) < 700, `${low} of 60000, seed ${seed}`)
  })
})

describe("between", () => {
  it.prop(
    "is from low to high, both reached",
    [
      Seed,
      Schema.Int.check(Schema.isBetween({ minimum: -1000, maximum: 1000 })),
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 5 }))
    ],
    ([seed, low, span]) => {
      const dice = Dice.fromSeed(seed)
      const seen = new Set(Array.from({ length: 300 }, () => dice.between(low, low + span)))
      assert.deepStrictEqual(
        [...seen].sort((a, b) => a - b),
        Array.from({ length: span + 1 }, (_, i) => low + i)
      )
    }
  )
  it("needs low to be no higher than high, and whole numbers", () => {
    const dice = Dice.fromSeed(1)
    assert.throws(() => dice.between(3, 2), /sides/)
    assert.throws(() => dice.between(0, 0.5), /sides/)
  })
})

describe("chance", () => {
  it("never happens at 0 percent, always at 100", () => {
    const dice = Dice.fromSeed(3)
    for (let i = 0; i < 1000; i++) {
      assert.isFalse(dice.chance(0))
      assert.isTrue(dice.chance(100))
    }
  })
  it("happens as often as it says", () => {
    const seed = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER)
    const dice = Dice.fromSeed(seed)
    for (const percent of [1, 25, 50, 99]) {
      const hits = Array.from({ length: 40_000 }, () => dice.chance(percent)).filter(Boolean).length
      const sigma = Math.sqrt(40_000 * (percent / 100) * (1 - percent / 100))
      assert.isTrue(
        Math.abs(hits - 400 * percent) < 5 * sigma,
        `${hits} hits at ${percent} percent, seed ${seed}`
      )
    }
  })
})

describe("pick", () => {
  it("takes one of the given, each in time; nothing of nothing", () => {
    const dice = Dice.fromSeed(5)
    assert.deepStrictEqual(
      new Set(Array.from({ length: 100 }, () => dice.pick(["a", "b", "c"]))),
      new Set(["a", "b", "c"])
    )
    assert.strictEqual(dice.pick([]), undefined)
  })
})
