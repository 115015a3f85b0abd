import { assert, it } from "@effect/vitest"
import { Ids } from "@wr2/core"

it("a supply counts up from its base, so that replay from a logged base makes the same ids", () => {
  const take = () => {
    const supply = Ids.countingFrom(4_000_000_000)
    return [supply.next(), supply.next(), supply.next()]
  }
  assert.deepStrictEqual(take(), [4_000_000_000, 4_000_000_001, 4_000_000_002])
  assert.deepStrictEqual(take(), take())
})
it("two supplies do not disturb each other", () => {
  const [a, b] = [Ids.countingFrom(1), Ids.countingFrom(100)]
  assert.deepStrictEqual([a.next(), b.next(), a.next(), b.next()], [1, 100, 2, 101])
})
