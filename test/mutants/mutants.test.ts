/** Every mutant is caught by its check, and the engine as it is passes all of them. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import * as checks from "./checks.ts"
import { mutants } from "./mutants.ts"
import { found } from "./run.ts"

for (const check of Object.keys(checks) as Array<keyof typeof checks>) {
  it.live(`the engine as it is keeps the promise: ${check}`, () =>
    Effect.map(found(check, {}), (wrong) => assert.isUndefined(wrong))
  )
}
for (const { check, engine, invariant, name } of mutants) {
  it.live(`${check} catches the mutant of invariant ${invariant}: ${name}`, () =>
    Effect.map(found(check, engine), (wrong) => assert.isString(wrong))
  )
}
it("every invariant has a mutant", () => {
  assert.deepStrictEqual(
    [...new Set(mutants.map(({ invariant }) => invariant))].sort((a, b) => a - b),
    Array.from({ length: 11 }, (_, i) => i + 1)
  )
})
