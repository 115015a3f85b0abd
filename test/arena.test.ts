/** `npm run arena`: bouts by the real rules, each of one seed. */
import { assert, describe, it } from "@effect/vitest"
import { content } from "@wr2/testkit/SmallWorld"
import * as Combat from "../packages/world/src/Combat.ts"
import { against, expAt, tally } from "../scripts/arena/Bouts.ts"

const many = (mob: string, archetype: string | null, level: number, bouts = 10) => {
  const fights = against(content, mob)
  return tally(
    { archetype, level, mob },
    Array.from({ length: bouts }, (_, seed) => fights({ archetype, level }, seed))
  )
}

describe("the arena", () => {
  it("knows the experience of a level", () => {
    for (const level of [1, 2, 3, 7]) {
      assert.strictEqual(Combat.level(expAt(level)), level)
      if (level > 1) assert.strictEqual(Combat.level(expAt(level) - 1), level - 1)
    }
  })
  it("is the same bout again from the same seed", () => {
    const fights = [against(content, "fog-hound"), against(content, "fog-hound")] as const
    const pairing = { archetype: "wrecker", level: 2 }
    for (let seed = 0; seed < 5; seed++) {
      assert.deepStrictEqual(fights[0](pairing, seed), fights[1](pairing, seed))
    }
  })
  it("shows that to learn and to choose is worth it", () => {
    const novice = many("fog-hound", null, 1)
    const wrecker = many("fog-hound", "wrecker", 7)
    assert.isAbove(wrecker.won, novice.won)
    assert.isAbove(many("marsh-rat", "wrecker", 1).won, 80)
    assert.isBelow(many("drowned-guard", null, 1).won, 30)
  })
  it("counts", () => {
    const bouts = [
      { end: "won", seconds: 4 },
      { end: "won", seconds: 8 },
      { end: "lost", seconds: 2 },
      { end: "open", seconds: 300 }
    ] as const
    const pairing = { archetype: null, level: 1, mob: "x" }
    const counted = { ...pairing, bouts: 4, won: 50, lost: 25, seconds: 8 }
    assert.deepStrictEqual(tally(pairing, bouts), counted)
  })
})
