/**
 * The rotating cover of the kill matrix: every failpoint and every type of Action once, which with which
 * by the commit. `npm run kill-matrix` plays all of them.
 */
import { execFileSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import * as Harness from "@wr2/testkit/Harness"
import { Effect, References } from "effect"
import * as Build from "../../scripts/kill-matrix/Build.ts"
import * as Coverage from "../../scripts/kill-matrix/Coverage.ts"
import * as Matrix from "../../scripts/kill-matrix/Matrix.ts"
import { scenarios } from "../../scripts/kill-matrix/Scenarios.ts"

/** By the commit; by the day where there is none. */
const seed = (): number => {
  try {
    const head = execFileSync("git", ["rev-parse", "HEAD"], { cwd: Harness.root, encoding: "utf8" })
    return Number.parseInt(head.slice(0, 7), 16)
  } catch {
    return Math.floor(Date.now() / 86_400_000)
  }
}

/** On two free cores eight minutes are enough by far; on busy ones it may take longer. */
const within = 25 * 60_000

describe("a world that is killed", () => {
  it(
    "goes on as if nothing had been, wherever it was",
    () =>
      Effect.gen(function* () {
        const by = seed()
        const began = performance.now()
        const minutes = () => ((performance.now() - began) / 60_000).toFixed(1)
        const options = {
          world: yield* Build.world(false),
          told: (line: string) => console.info(line)
        }
        const matrix = Matrix.empty()
        yield* Matrix.rehearse(matrix, scenarios, { ...options, turns: 1, told: () => {} })
        assert.deepStrictEqual(Matrix.wrong(matrix, []), [])
        assert.deepStrictEqual(
          Coverage.unsent(matrix),
          [],
          "no scenario sends these statements: add one to scripts/kill-matrix/Scenarios.ts"
        )
        assert.deepStrictEqual(
          Coverage.uncalled(matrix),
          [],
          "no scenario calls these methods: add one to scripts/kill-matrix/Scenarios.ts"
        )
        const wanted = yield* Matrix.cover(matrix, by, options)
        const cells = Object.keys(matrix.cells).length
        console.info(`kill matrix: ${cells} cells by seed ${by} in ${minutes()} minutes`)
        assert.deepStrictEqual(
          Matrix.wrong(matrix, wanted),
          [],
          `again: npm run kill-matrix -- --cell "..."; all: --cover --seed ${by}`
        )
      }).pipe(Effect.provideService(References.MinimumLogLevel, "Error"), Effect.runPromise),
    within
  )
})
