/**
 * That the kill matrix notices: with a break in the engine, cells that are fine without it are not. Some
 * of them; `npm run mutants -- --by kills` plays all.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, References } from "effect"
import * as Break from "../../scripts/kill-matrix/Break.ts"
import * as Build from "../../scripts/kill-matrix/Build.ts"
import { mutants } from "../mutants/index.ts"
import { killOf } from "../mutants/kills.ts"

/** Breaks that only a kill shows: what is not written is missed by the one who comes after. */
const played = ["lost cursor", "lost message", "lost follow-up"]

describe("a broken world that is killed", () => {
  it("shows it, and one that is whole does not", async () => {
    const world = await Effect.runPromise(Build.world(true))
    const tried = Effect.forEach(
      played,
      (beginning) => {
        const mutant = mutants.find(({ name }) => name.startsWith(beginning))!
        const kill = killOf(mutant)
        if ("no" in kill) return assert.fail(kill.no)
        const both = [Break.play(world, kill), Break.play(world, kill, mutant.name)] as const
        return Effect.map(Effect.all(both, { concurrency: 2 }), ([whole, broken]) => {
          assert.deepStrictEqual(whole, [], kill.cell)
          const rules = broken.map(({ rule }) => rule)
          assert.include(rules, kill.rule, `${mutant.name}: ${kill.cell}`)
        })
      },
      { concurrency: "unbounded", discard: true }
    )
    await Effect.runPromise(Effect.provideService(tried, References.MinimumLogLevel, "Error"))
  })

  it("is known for each mutant, or why not", () => {
    for (const mutant of mutants) {
      const kill = killOf(mutant)
      assert.isDefined(kill, `${mutant.name}: say in test/mutants/kills.ts which cell shows it`)
      if ("no" in kill) assert.isNotEmpty(kill.no)
    }
  })
})
