/** What differs, in a few words. */
import { assert, describe, it } from "@effect/vitest"
import * as Diff from "@wr2/engine/Diff"

describe("a difference", () => {
  it("is told by its parts, a few of them", () => {
    const parts = Diff.parts(
      { a: 1, list: [{ gold: 1 }, { gold: 2 }], same: [1] },
      { a: 1, list: [{ gold: 1 }, { gold: 3 }, {}], same: [1], more: null },
      8
    )
    assert.deepStrictEqual(parts, [
      { path: "list[1].gold", recorded: 2, now: 3 },
      { path: "list[2]", recorded: undefined, now: {} }
    ])
    const many = Array.from({ length: 100 }, (_, i) => i)
    assert.lengthOf(Diff.parts(many, many.toReversed(), 3), 3)
    assert.deepStrictEqual(Diff.parts("a", "b", 3), [{ path: "", recorded: "a", now: "b" }])
  })
})
