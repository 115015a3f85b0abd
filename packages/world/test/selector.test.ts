/** How players name things. */
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { choose, chooseOne } from "../src/Selector.ts"
import type { Thing } from "../src/Selector.ts"

const item = (id: number, name: string, ...keywords: ReadonlyArray<string>): Thing => ({
  kind: "item",
  id,
  name,
  keywords
})
const person = (id: number, name: string): Thing => ({
  kind: "character",
  id,
  name,
  keywords: [name.toLowerCase()]
})
const things = [
  item(1, "a boarding pike", "pike"),
  item(2, "a wet pelt", "pelt", "wet"),
  item(3, "a wet pelt", "pelt", "wet"),
  item(4, "the pie man", "man"),
  item(5, "a woman of the watch", "watch"),
  person(6, "Merrin"),
  person(7, "Merry")
]
const ids = (text: string, all = things) =>
  Result.match(choose(text, all), {
    onSuccess: (chosen) => chosen.map(({ id }) => id),
    onFailure: (failure) =>
      failure._tag === "Ambiguous" ? failure.candidates : [failure._tag, failure.meant ?? null]
  })

describe("a thing is named by", () => {
  for (const [text, ...named] of [
    ["pike", 1],
    ["the boarding pike", 1],
    ["pelt", 2],
    ["2.pelt", 3],
    ["wet pelt", 2],
    ["all.pelt", 2, 3],
    ["pie man", 4],
    ["woman of the watch", 5],
    ["item.3", 3],
    ["merrin", 6]
  ] as const) {
    it(text, () => assert.deepStrictEqual(ids(text), named))
  }

  it("its first letters, as long as they mean one thing", () => {
    assert.deepStrictEqual(ids("pik"), [1])
    assert.deepStrictEqual(ids("pel"), [2], "of two that are called the same, the first")
    assert.deepStrictEqual(ids("2.pel"), [3])
    assert.deepStrictEqual(ids("bo pi"), [1])
    assert.deepStrictEqual(ids("pi"), ["a boarding pike", "the pie man"])
    assert.deepStrictEqual(ids("mer"), ["Merrin", "Merry"])
    assert.deepStrictEqual(ids("p"), ["NotHere", null])
  })

  it("the whole of a word before a part of another", () => {
    const shorter = [...things, item(9, "a pip", "pi")]
    assert.deepStrictEqual(ids("pi", shorter), [9])
  })

  it("what is meant is asked back where nothing fits", () => {
    assert.deepStrictEqual(ids("pelz"), ["NotHere", "pelt"])
  })

  it("one of all that are called the same, where one is wanted", () => {
    const one = (text: string) => Result.getOrUndefined(chooseOne(text, things))?.id
    assert.strictEqual(one("all.pelt"), 2)
    assert.isUndefined(one("all"))
  })
})
