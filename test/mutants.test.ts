/** Every claim holds; and every deliberate break is noticed by the claim that is meant for it. */
import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { checks, mutants } from "./mutants/index.ts"
import { failure } from "./mutants/Mutant.ts"
import { sources } from "./mutants/sources.ts"

describe("it is claimed that", () => {
  it.each(checks)("$name", async (check) => {
    assert.isUndefined(await failure(check, {}))
  })
})

describe("a mutant is noticed:", () => {
  it.each(mutants)(
    "$name",
    async ({ check, with: options }) => {
      assert.isDefined(await failure(check, options), `"${check.name}" held with it`)
    },
    30_000
  )
})

it("every invariant has a mutant", () => {
  const numbers = new Set(mutants.map(({ invariant }) => Number.parseInt(invariant)))
  assert.deepStrictEqual([...numbers], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
})

/** `npm run mutants` runs them; here: none of them has been forgotten when its source changed. */
describe("another text in a source file:", () => {
  const read = (file: string) => readFileSync(join(import.meta.dirname, "..", file), "utf8")

  it.each(sources)("$name", ({ file, from, invariant, test, to }) => {
    assert.strictEqual(read(file).split(from).length, 2, `it stands in ${file} once`)
    assert.notStrictEqual(from, to)
    // Where a port's suite is run, it stands in the suite.
    const named = test.file.includes("/ports.") ? undefined : read(test.file)
    if (named !== undefined) assert.include(named, test.name)
    assert.include(
      mutants.map((mutant) => mutant.invariant),
      invariant
    )
  })
})
