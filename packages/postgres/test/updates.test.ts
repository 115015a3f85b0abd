/** Which columns an update sends. That it writes all that changed is a port's test. */
import { assert, describe, it } from "@effect/vitest"
import { Aggregate } from "@wr2/core"
import { Schema } from "effect"
import { writers } from "../src/queries/writeRows.ts"
import type { Row } from "../src/queries/writeRows.ts"
import { textsMax } from "../src/Statement.ts"

const names = ["a", "b", "c", "d", "e", "f"] as const
const Wide = Aggregate.define("Wide", {
  rank: 1,
  fields: Object.fromEntries(names.map((name) => [name, Schema.Int]))
})
const before = Object.fromEntries(names.map((name) => [name, 0]))
/** A row of which these have changed. */
const changed = (...some: ReadonlyArray<string>): Row => ({
  op: "update",
  aggregate: Wide,
  id: 1,
  before,
  row: { ...before, ...Object.fromEntries(some.map((name) => [name, 1])) }
})
const update = (to: ReturnType<typeof writers>, ...rows: ReadonlyArray<Row>) =>
  to.update({ instances: rows.map(() => 1), rows: [...rows] })
const setOf = (text: string) => [...text.matchAll(/"([a-f])" = v\./g)].map(([, name]) => name)

describe("an update", () => {
  it("sends what changed, of all its rows", () => {
    const to = writers(Wide)
    assert.deepStrictEqual(setOf(update(to, changed("b")).text), ["b"])
    assert.deepStrictEqual(setOf(update(to, changed("e"), changed("a")).text), ["a", "e"])
    const { params, text } = update(to, changed(), changed())
    assert.include(text, "SET version = o.version + 1 FROM")
    assert.strictEqual(params.length, 3)
  })

  it("sends all of a row of which nobody says what it was", () => {
    const { before: _, ...row } = changed("b")
    assert.deepStrictEqual(setOf(update(writers(Wide), changed("b"), row).text), [...names])
  })

  it("has the same text for the same columns", () => {
    const to = writers(Wide)
    assert.strictEqual(
      update(to, changed("b", "c")).text,
      update(to, changed("c"), changed("b")).text
    )
  })

  it("has few texts: past a bound, the smallest that has all of its columns", () => {
    const to = writers(Wide)
    const sets = names.reduce<ReadonlyArray<ReadonlyArray<string>>>(
      (all, name) => [...all, ...all.map((some) => [...some, name])],
      [[]]
    )
    const texts = new Set<string>()
    for (const some of sets) {
      const { text } = update(to, changed(...some))
      texts.add(text)
      assert.includeMembers(setOf(text), [...some])
    }
    assert.strictEqual(texts.size, textsMax)
    // Known before: "a", "b" and both; "a" and "f" only as a part of all.
    assert.deepStrictEqual(setOf(update(to, changed("a", "b")).text), ["a", "b"])
    assert.deepStrictEqual(setOf(update(to, changed("a", "f")).text), [...names])
  })
})
