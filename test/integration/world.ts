/** The small world, founded, and one who plays in it. */
import type { Game } from "@wr2/core"
import { Founding } from "@wr2/engine"
import type { Intent, Reply } from "@wr2/engine/Messages"
import { Placement } from "@wr2/engine/Placement"
import { game } from "@wr2/testkit/SmallWorld"
import { Effect } from "effect"

/** Founds both places. */
export const founded = Effect.andThen(
  Founding.found(game as Game.Any, 1),
  Founding.found(game as Game.Any, 2)
)

/** A character made and entered at an instance, which speaks lines. */
export const enter = Effect.fnUntraced(function* (instance: number, id: number, name: string) {
  const placement = yield* Placement
  const session = `session-${id}`
  yield* placement.call(instance, {
    _tag: "Create",
    id,
    name,
    account: 1,
    fresh: { description: `${name} is here.` }
  })
  const inside = yield* placement.call(instance, { _tag: "Enter", id, session })
  if (inside._tag !== "Inside") throw new Error(`not inside: ${JSON.stringify(inside)}`)
  let n = inside.nextN
  return {
    inside,
    say: (...lines: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<Reply>> =>
      Effect.suspend(() => {
        const intents = lines.map((text): Intent => ({ n, settled: n++ - 1, text, command: null }))
        return placement
          .call(instance, {
            _tag: "Submit",
            actor: { type: "Character", id },
            session,
            intents,
            trace: null
          })
          .pipe(
            Effect.orDie,
            Effect.map((response) => {
              if (response._tag !== "Replies") throw new Error(JSON.stringify(response))
              return response.replies
            })
          )
      })
  }
})
