/** A row that changes is looked at where it changed, and is told as if all of it had been. */
import { assert, describe, it } from "@effect/vitest"
import { Counter } from "@wr2/testkit/TestGame"
import { Class } from "../src/Rows.ts"

const fits = { id: 1, label: "one", count: 1, tags: ["a", { b: 1 }], flag: true }
const odd: ReadonlyArray<unknown> = [
  undefined,
  null,
  1.5,
  -0,
  Number.NaN,
  2 ** 60,
  "\0",
  "\ud800",
  "text",
  7,
  false,
  [],
  [undefined],
  Array(2),
  {},
  { a: new Date(0) },
  new Map(),
  () => 1,
  1n,
  Symbol("s")
]

describe("a row that changes", () => {
  const of = new Class(Counter)
  /** What comes of a change, whichever field it is of, and what is no record of these fields. */
  const changed: ReadonlyArray<unknown> = [
    ...odd,
    fits,
    { ...fits },
    ...Object.keys(fits).flatMap((field) => odd.map((value) => ({ ...fits, [field]: value }))),
    ...Object.keys(fits).map((field) => {
      const { [field as "id"]: _, ...rest } = fits
      return rest
    }),
    // As many fields, another one among them.
    { id: 1, label: "one", count: 1, tags: null, flags: true },
    { ...fits, more: 1 },
    { ...fits, more: undefined },
    Object.assign(Object.create(null), fits),
    Object.assign(new Date(0), fits),
    Object.assign(Object.create({ id: 1 }), fits)
  ]

  it("is wrong in the same way as a row of which nothing is known", () => {
    changed.forEach((row, i) =>
      assert.strictEqual(of.changedMisfit(fits, row), of.misfit(row), `number ${i}`)
    )
    assert.isAtLeast(changed.filter((row) => of.misfit(row) === undefined).length, 10)
    assert.isAbove(changed.filter((row) => of.misfit(row) !== undefined).length, 60)
  })
})
