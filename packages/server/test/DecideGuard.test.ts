import { assert, describe, it } from "@effect/vitest"
import { DecideGuard } from "@wr2/engine"
import { guard, layer } from "@wr2/server/DecideGuard"
import { Effect } from "effect"

const forever = (): never => {
  while (true) {
    // As a rule that waits for what never comes.
  }
}

describe("a guard of rules", () => {
  it("gives back what the rule gives", () => {
    assert.strictEqual(
      guard(1_000, () => 7),
      7
    )
  })

  it("lets through what the rule throws, as it was thrown", () => {
    const error = new TypeError("a bug")
    let caught: unknown
    try {
      guard(1_000, () => {
        throw error
      })
    } catch (thrown) {
      caught = thrown
    }
    assert.strictEqual(caught, error)
  })

  it("ends a loop, also one that catches everything", () => {
    const began = performance.now()
    assert.throws(() => guard(50, forever), DecideGuard.Overran)
    assert.throws(
      () =>
        guard(50, () => {
          while (true) {
            try {
              forever()
            } catch {
              // Once more.
            }
          }
        }),
      DecideGuard.Overran
    )
    assert.isBelow(performance.now() - began, 1_000)
  })

  it("works again after it, and within another", () => {
    assert.throws(() => guard(20, forever), DecideGuard.Overran)
    assert.strictEqual(
      guard(1_000, () => guard(1_000, () => 1) + 1),
      2
    )
    // The inner limit is the outer one's: it is the outer that is passed.
    assert.throws(() => guard(50, () => guard(10_000, forever)), DecideGuard.Overran)
  })

  it.effect("is the engine's", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* DecideGuard.DecideGuard, guard)
    }).pipe(Effect.provide(layer))
  )
})
