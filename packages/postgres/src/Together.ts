/**
 * Questions that come while one is being asked go together in the next: so thousands of instances that
 * each ask now and then cost a statement at a time, and a lone one waits for nobody.
 */
import { Deferred, Effect, Exit, Queue } from "effect"
import type { Scope } from "effect"

interface Asked<A, B, E> {
  readonly question: A
  readonly answer: Deferred.Deferred<B, E>
}

/**
 * Asks `all`, of at most `most` questions at once, and gives each who asked its answer; answers come in
 * the order of the questions. When it fails, it fails for all that went together. Works until the scope
 * closes; who gives up waiting is answered to nobody.
 */
export const make = Effect.fnUntraced(function* <A, B, E>(
  most: number,
  all: (questions: ReadonlyArray<A>) => Effect.Effect<ReadonlyArray<B>, E>
): Effect.fn.Return<(question: A) => Effect.Effect<B, E>, never, Scope.Scope> {
  const waiting = yield* Queue.unbounded<Asked<A, B, E>>()
  yield* Queue.takeBetween(waiting, 1, most).pipe(
    Effect.flatMap((asked) =>
      Effect.map(Effect.exit(all(asked.map(({ question }) => question))), (exit) => {
        asked.forEach(({ answer }, i) =>
          Deferred.doneUnsafe(
            answer,
            Exit.map(exit, (answers) => answers[i]!)
          )
        )
      })
    ),
    Effect.forever,
    Effect.forkScoped
  )
  return (question) =>
    Effect.suspend(() => {
      const answer = Deferred.makeUnsafe<B, E>()
      Queue.offerUnsafe(waiting, { question, answer })
      return Deferred.await(answer)
    })
})
