import { assert, describe, it } from "@effect/vitest"
import { Spelling } from "@wr2/core"
import { Schema } from "effect"

describe("edits", () => {
  const apart: ReadonlyArray<readonly [a: string, b: string, edits: number]> = [
    ["", "", 0],
    ["", "say", 3],
    ["say", "say", 0],
    ["say", "soy", 1],
    ["say", "says", 1],
    ["say", "ay", 1],
    ["say", "sya", 1],
    ["say", "asy", 1],
    ["north", "nroht", 2],
    ["ab", "bca", 3],
    ["harbour", "harbor", 1],
    ["kitten", "sitting", 3]
  ]
  for (const [a, b, edits] of apart) {
    it(`from "${a}" to "${b}": ${edits}`, () => assert.strictEqual(Spelling.edits(a, b), edits))
  }
  const Word = Schema.String.check(Schema.isMaxLength(12))
  it.prop("are as many there as back, none only from a word to itself", [Word, Word], ([a, b]) => {
    const there = Spelling.edits(a, b)
    assert.strictEqual(there, Spelling.edits(b, a))
    assert.strictEqual(there === 0, a === b)
    assert.isTrue(there >= Math.abs(a.length - b.length))
    assert.isTrue(there <= Math.max(a.length, b.length))
  })
})
