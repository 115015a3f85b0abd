/** Options of `npm run simulate`: understood, or told what is wrong with them, and nothing is run. */
import { assert, describe, it } from "@effect/vitest"
import * as Asked from "./Asked.ts"

const read = (...args: ReadonlyArray<string>) => Asked.read(args, 2)

describe("what is asked of the simulation", () => {
  it("is one seed unless told otherwise", () => {
    const asked = read() as Asked.Asked
    assert.deepInclude(asked, { seed: 1, seeds: 1, fresh: 0, workers: 2, shrink: 1, quiet: false })
    const more = read("--seed", "7", "--seeds", "300", "--workers", "1", "--quiet")
    assert.deepInclude(more, { seed: 7, seeds: 300, workers: 1, quiet: true })
  })

  it.each([
    ["--seeds", "ten"],
    ["--seeds", "0"],
    ["--seeds", ""],
    ["--seeds=-3"],
    ["--seed", "x"],
    ["--seed", "1.5"],
    ["--seed", "1e99"],
    ["--fresh", "0"],
    ["--workers", "0"],
    ["--shrink", "few"],
    ["--sedes", "3"],
    ["3"]
  ])("is told in one line when it is not understood: %s %s", (...args) => {
    const told = read(...args)
    assert.isString(told)
    assert.notInclude(told as string, "\n")
    assert.include(told as string, args[0]!.split("=")[0]!)
  })
})
