/** One who walks: a character whose messages are written by hand, so that nothing is numbered or sent again. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import * as Attackers from "./attackers.ts"

/** A character on a connection of its own, which sends each call as one frame. */
export const walker = Effect.fnUntraced(function* (url: string) {
  const wire = yield* Attackers.loggedIn(url)
  const { must } = Attackers
  const fresh = JSON.stringify({ description: "One who walks." })
  const { id } = yield* must(
    wire.call("CreateCharacter", { name: Attackers.newName("Walk"), fresh })
  )
  const { nextN } = yield* must(wire.call("Enter", { character: id, cursor: null }))
  let n = nextN as number
  /** The first numbers of frames that have no answer yet. */
  const waiting = new Set<number>()
  /** The names of the rooms that are seen, after each step and by looking; or the reasons. */
  const frame = (...lines: ReadonlyArray<string>) =>
    Effect.suspend(() => {
      const first = n
      const settled = Math.min(first, ...waiting) - 1
      waiting.add(first)
      const intents = lines.map((text) => ({ n: n++, settled, text, command: null }))
      return Effect.map(must(wire.call("Submit", { intents })), (replies: ReadonlyArray<any>) => {
        waiting.delete(first)
        assert.deepStrictEqual(
          replies.map((reply) => reply.n),
          intents.map((intent) => intent.n)
        )
        return replies.map((reply) => {
          if (reply._tag !== "Accepted") return reply.reason as string
          return JSON.parse(reply.answers[0]?.payload ?? "null")?.sight.name as string
        })
      })
    })
  return { id: Number(id), frame }
})
