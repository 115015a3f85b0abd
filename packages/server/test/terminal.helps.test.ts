/** What helps who plays in a terminal: a map, words finished by Tab, a choice by a digit. */
import { assert, describe, it } from "@effect/vitest"
import * as Choice from "../src/terminal/Choice.ts"
import * as Completion from "../src/terminal/Completion.ts"
import * as Map from "../src/terminal/Map.ts"

describe("the map", () => {
  const square = Map.sees(Map.blank, 1, ["north", "east", "down"])
  const inn = Map.sees(Map.walks(square, 1, 2, "east"), 2, ["west"])
  const back = Map.walks(inn, 2, 1, "west")

  it("shows where one is and has been, and ways not taken", () => {
    assert.deepStrictEqual(Map.draw(inn), [" |", "[v]-[*]"])
    assert.deepStrictEqual(Map.draw(back), [" |", "[*]-[ ]"])
    assert.deepStrictEqual(Map.draw(Map.sees(Map.walks(back, 1, 3, "north"), 3, ["south"])), [
      "[*]",
      " |",
      "[v]-[ ]"
    ])
  })

  it("shows the floor that one is on", () => {
    assert.deepStrictEqual(Map.draw(Map.sees(Map.walks(back, 1, 4, "down"), 4, ["up"])), ["[*]"])
  })

  it("begins anew where nothing leads that is known", () => {
    const elsewhere = Map.sees(back, 99, ["south"])
    assert.deepStrictEqual(Map.draw(elsewhere), ["[*]", " |"])
    assert.deepStrictEqual(Map.draw(Map.blank), [])
  })
})

describe("Tab", () => {
  const words = {
    verbs: ["look", "lock", "get"],
    names: ["a marsh rat", "the Rat King", "iron gate"]
  }
  it("finishes verbs at the beginning, also behind a semicolon", () => {
    assert.deepStrictEqual(Completion.complete("lo", words), [["lock", "look"], "lo"])
    assert.deepStrictEqual(Completion.complete("n; ge", words), [["get "], "ge"])
  })
  it("finishes names of what is in sight behind a verb", () => {
    assert.deepStrictEqual(Completion.complete("kill ma", words), [["marsh "], "ma"])
    assert.deepStrictEqual(Completion.complete("look at R", words), [["rat "], "r"])
    assert.deepStrictEqual(Completion.complete("open ", words)[0].length, 5)
    assert.deepStrictEqual(Completion.complete("kill zz", words), [[], "zz"])
  })
})

describe("a Command that could mean several", () => {
  const reason = { _tag: "Ambiguous", word: "be", candidates: ["Bert", "Bella"] }
  it("offers them by digits, and takes the one that is chosen", () => {
    const choice = Choice.of("give apple to be", reason)!
    assert.strictEqual(Choice.offer(choice), "(1 Bert, 2 Bella)")
    assert.strictEqual(Choice.chosen(choice, "2"), "give apple to Bella")
    assert.isUndefined(Choice.chosen(choice, "3"))
    assert.isUndefined(Choice.chosen(choice, "look"))
  })
  it("is none where the reason is another", () => {
    assert.isUndefined(Choice.of("look", { _tag: "NotHere", what: "be" }))
  })
})
