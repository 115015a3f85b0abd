/** Worlds of misfortune from fixed seeds; `node test/simulation/run.ts --seed N` replays one. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { simulate } from "./Simulation.ts"

describe("a world of several processes, some of them unlucky", () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it.effect(`keeps every invariant (seed ${seed})`, () =>
      Effect.map(simulate({ seed }), ({ counts, wrong }) => {
        assert.deepStrictEqual(wrong, [], `replay: node test/simulation/run.ts --seed ${seed}`)
        assert.isAbove(counts["Actions"]!, 50)
      })
    )
  }
})
