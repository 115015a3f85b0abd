/** Worlds of misfortune from seeds; `npm run simulate -- --seed N` gives one of them again. */
import { assert, describe, it } from "@effect/vitest"
import { mutants as ofConsumers } from "../mutants/consuming.ts"
import { mutants } from "../mutants/index.ts"
import { commandsOf, ofSeed } from "./Schedule.ts"
import { shrink } from "./Shrink.ts"
import { run, runSeed } from "./World.ts"

const fixed = Array.from({ length: 12 }, (_, i) => i + 1)
/** Of many thousands, those that went wrong once (docs/guarantees.md). */
const found = [1290, 1294, 3351, 9916, 12007]
/** Others each time; a failure names its seed. */
const fresh = Array.from({ length: 6 }, () => Math.floor(Math.random() * 1_000_000_000))

const reports = new Map<number, ReturnType<typeof runSeed>>()
const reportOf = (seed: number) => {
  const report = reports.get(seed) ?? runSeed(seed)
  reports.set(seed, report)
  return report
}

describe("a world of several processes, some of them unlucky", () => {
  for (const [kind, seeds] of [
    ["fixed", fixed],
    ["found", found],
    ["fresh", fresh]
  ] as const) {
    for (const seed of seeds) {
      it(`keeps every invariant (${kind} seed ${seed})`, () => {
        const { commands, violations } = reportOf(seed)
        const again = `npm run simulate -- --seed ${seed}`
        assert.deepStrictEqual(violations, [], again)
        assert.isAtLeast(commands, 200)
      })
    }
  }

  it("every kind of fault comes to pass in the fixed ones", () => {
    const kinds = new Set<string>()
    const fired = new Set<string>()
    for (const seed of fixed) {
      for (const { kind } of ofSeed(seed).faults) kinds.add(kind)
      for (const kind of Object.keys(reportOf(seed).faults)) fired.add(kind)
    }
    assert.deepStrictEqual(
      [...kinds].filter((kind) => !fired.has(kind)),
      []
    )
    assert.isAtLeast(kinds.size, 27)
  })

  it("their consumer goes after people, is parked and goes on, repeats itself and is had once", () => {
    const told = fixed.map((seed) => reportOf(seed).story.join("\n"))
    assert.isAtLeast(told.filter((story) => / Noted /.test(story)).length, fixed.length)
    for (const what of [/ Followed /, /lets scribe go on/, /failed call advance/, /answer advance/])
      assert.isTrue(
        told.some((story) => what.test(story)),
        String(what)
      )
  })

  it.each(ofConsumers)("one of the fixed ones goes wrong with $name", ({ with: options }) => {
    const checks = new Set<string>()
    for (const seed of fixed) {
      for (const { check } of runSeed(seed, options).violations) checks.add(check)
      if (checks.has("consumers")) break
    }
    assert.include([...checks], "consumers")
  })

  it("the same seed gives the same world, turn by turn", () => {
    for (const seed of [1, 2, 3]) {
      const [first, second] = [reportOf(seed), run(ofSeed(seed))]
      assert.deepStrictEqual(second.story, first.story)
      assert.strictEqual(second.hash, first.hash)
    }
    assert.notStrictEqual(reportOf(1).hash, run({ ...ofSeed(1), turns: 7 }).hash)
  })
})

describe("the shortest failing stretch", () => {
  for (const [name, faults] of [
    ["lost cursor", 2],
    ["duplicated item", 0],
    ["unfenced write", 2]
  ] as const) {
    it(`is short, and fails again (${name})`, () => {
      const mutant = mutants.find((each) => each.name.startsWith(name))!
      const seed = fixed.find((each) => runSeed(each, mutant.with).violations.length > 0)
      assert.isDefined(seed)
      const found = shrink(ofSeed(seed!), (schedule) => run(schedule, mutant.with))!
      assert.isAtMost(commandsOf(found.schedule), 5)
      assert.isAtMost(found.schedule.faults.length, faults)
      const again = run(JSON.parse(JSON.stringify(found.schedule)), mutant.with)
      assert.strictEqual(again.hash, found.report.hash)
      assert.isAbove(again.violations.length, 0)
      // And it is the mutant's fault.
      assert.deepStrictEqual(run(found.schedule).violations, [])
    })
  }
})
