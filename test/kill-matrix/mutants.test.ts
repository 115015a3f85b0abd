/** That the kill matrix notices: with a break in the engine, cells that are fine without it are not. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, References } from "effect"
import * as Build from "../../scripts/kill-matrix/Build.ts"
import * as Matrix from "../../scripts/kill-matrix/Matrix.ts"
import * as Plan from "../../scripts/kill-matrix/Plan.ts"

/** The break, the cell that shows it, and the rule that says so. */
const breaks: ReadonlyArray<readonly [mutant: string, cell: string, rule: string]> = [
  ["lost cursor", "after InstanceStore.commit: COMMIT/Say", "accepted once, rejected never"],
  ["lost message", "after InstanceStore.commit: COMMIT/Depart", "one place each"],
  ["lost follow-up", "after InstanceStore.commit: COMMIT/AttackRound", "comes to rest"]
]

const play = (cell: string, options: Matrix.Options) =>
  Effect.gen(function* () {
    const matrix = Matrix.empty()
    yield* Matrix.play(matrix, [Plan.parse(cell)!], { ...options, lanes: 1 })
    return matrix.cells[cell]!
  }).pipe(Effect.provideService(References.MinimumLogLevel, "Error"))

describe("a broken world that is killed", () => {
  it("shows it, and one that is whole does not", async () => {
    const world = await Effect.runPromise(Build.world(true))
    for (const [mutant, cell, rule] of breaks) {
      const [whole, broken] = await Effect.runPromise(
        Effect.all([play(cell, { world }), play(cell, { world, mutant })], {
          concurrency: "unbounded"
        })
      )
      assert.deepStrictEqual(whole.violations, [], cell)
      assert.isTrue(whole.killed, cell)
      assert.include(
        broken.violations.map((violation) => violation.rule),
        rule,
        `${mutant}: ${cell}`
      )
    }
  })
})
