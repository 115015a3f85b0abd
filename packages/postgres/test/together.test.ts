/** Questions that go together. */
import { assert, it } from "@effect/vitest"
import { Effect, Fiber, Latch } from "effect"
import { defaults } from "../src/Settings.ts"
import * as Together from "../src/Together.ts"

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

it.effect(
  "a lone one waits for nobody; those that come meanwhile go together, at most confirmsMax of them",
  () =>
    Effect.gen(function* () {
      const confirmsMax = 4
      assert.isAbove(defaults.confirmsMax, confirmsMax)
      const asked: Array<ReadonlyArray<number>> = []
      const answering = yield* Latch.make()
      const ask = yield* Together.make(confirmsMax, (questions: ReadonlyArray<number>) =>
        Effect.suspend(() => {
          asked.push(questions)
          return Effect.as(
            answering.await,
            questions.map((n) => n * 10)
          )
        })
      )
      const first = yield* Effect.forkChild(ask(0), { startImmediately: true })
      yield* Effect.yieldNow
      assert.deepStrictEqual(asked, [[0]])
      const rest = yield* Effect.forEach(numbers(1, 10), (n) =>
        Effect.forkChild(ask(n), { startImmediately: true })
      )
      yield* Fiber.interrupt(rest[2]!)
      yield* answering.open
      assert.strictEqual(yield* Fiber.join(first), 0)
      for (const n of numbers(1, 10))
        if (n !== 3) assert.strictEqual(yield* Fiber.join(rest[n - 1]!), n * 10)
      assert.deepStrictEqual(asked, [[0], [1, 2, 3, 4], [5, 6, 7, 8], [9]])
    })
)

it.effect("what fails fails for those that went together, and for no other", () =>
  Effect.gen(function* () {
    let times = 0
    const ask = yield* Together.make(10, (questions: ReadonlyArray<number>) =>
      ++times === 1 ? Effect.fail("away") : Effect.succeed(questions)
    )
    const together = yield* Effect.forEach([1, 2], (n) =>
      Effect.forkChild(Effect.flip(ask(n)), { startImmediately: true })
    )
    for (const fiber of together) assert.strictEqual(yield* Fiber.join(fiber), "away")
    assert.strictEqual(yield* ask(3), 3)
  })
)
