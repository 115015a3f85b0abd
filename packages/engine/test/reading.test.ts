/** What a game makes of lines before its verbs do: `reads`. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { idle, inBothForms, known } from "./Lab.ts"
import { go, people, yard } from "./Yard.ts"

const strides = {
  ...yard,
  reads: (text: string) => {
    if (text === "n") return go.make({ by: 3 })
    if (text === "break") throw new Error("it was written to throw")
    return text === "nowhere" ? { _tag: "no Command" } : undefined
  }
}

inBothForms("a line that the game reads itself", (laboratory) => {
  it.effect("is what the game says, before any verb; other lines are the verbs'", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ game: strides })
      yield* lab.found(1, people(2, true))
      const ann = known(yield* lab.machine(), 1, 1)
      assert.deepStrictEqual(
        (yield* ann.say("n", "go 1")).map(({ _tag }) => _tag),
        ["Accepted", "Accepted"]
      )
      yield* idle
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 4)
    })
  )

  it.effect("is Broken where it throws, and UnknownVerb where it names no Command", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ game: strides })
      yield* lab.found(1, people(2, true))
      const ann = known(yield* lab.machine(), 1, 1)
      const replies = yield* ann.say("break", "nowhere")
      assert.deepStrictEqual(
        replies.map((reply) => reply._tag === "Rejected" && (reply.reason as any)._tag),
        ["Broken", "UnknownVerb"]
      )
    })
  )
})
