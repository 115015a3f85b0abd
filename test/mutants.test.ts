/** Every claim holds; and every deliberate break is noticed by the claim that is meant for it. */
import { assert, describe, it } from "@effect/vitest"
import { checks, mutants } from "./mutants/index.ts"
import { failure } from "./mutants/Mutant.ts"

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
