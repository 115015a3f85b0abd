import { assert, describe, it } from "@effect/vitest"
import { Grammar } from "@wr2/core"
import type { Command } from "@wr2/core"
import { game } from "@wr2/testkit/SmallWorld"
import { Result } from "effect"

const entries = game.commands.filter(
  ({ from, patterns }: Command.Any) =>
    patterns.length > 0 && (from === undefined || from.includes("Character"))
)
const verbs = new Map(
  entries.flatMap(({ _tag, patterns }: Command.Any) =>
    patterns.flatMap((pattern) => pattern.verbs.map((verb) => [verb, _tag] as const))
  )
)
/** The Commands that a word may mean, or why it means none. */
const means = (of: ReadonlyArray<Grammar.Entry>, word: string): ReadonlyArray<string> => {
  const read = Grammar.parse(of, `${word} a b c`)
  if (Result.isSuccess(read)) return read.success.readings.map(({ _tag }) => _tag)
  const { failure } = read
  // How a verb is used tells which it was.
  if (failure._tag === "Malformed") return failure.usage
  return failure._tag === "Ambiguous" ? failure.candidates : [failure._tag]
}

describe("abbreviations", () => {
  const shortened = [...verbs.keys()].flatMap((verb) =>
    Array.from({ length: verb.length }, (_, i) => verb.slice(0, i + 1))
  )
  it("mean the same in whichever order Commands are registered", () => {
    const backwards = [...entries].reverse()
    for (const word of shortened) {
      assert.deepStrictEqual(means(backwards, word), means(entries, word), word)
    }
  })
  it("hide no verb that is typed in full: neither one of the game nor one of an author", () => {
    // As skills have theirs from content.
    const authored = shortened.map((word) => ({
      _tag: `authored ${word}`,
      patterns: [Grammar.compile(`${word} <rest...>`, ["rest"], {})],
      precedence: -100
    }))
    for (const [i, word] of shortened.entries()) {
      if (verbs.has(word)) continue
      assert.deepStrictEqual(means([...entries, authored[i]!], word), [`authored ${word}`])
    }
  })
})
