/** What is killed, frozen, added or stopped while players talk, and how soon they are answered again. */
import { assert, describe, layer } from "@effect/vitest"
import * as Harness from "@wr2/testkit/Harness"
import { Effect, Fiber } from "effect"
import * as World from "./World.ts"

const second = 1_000

/** Waits until everybody has been answered so many times more. */
const goOn = (talks: ReadonlyArray<World.Talk>, more: number) =>
  Effect.suspend(() => {
    const before = talks.map((talk) => talk.acknowledged())
    return Harness.waitUntil(
      "everybody is answered",
      Effect.sync(() => talks.every((talk, i) => talk.acknowledged() >= before[i]! + more)),
      { within: 20 * second }
    )
  })

/** Waits until listeners heard what was said meanwhile; answers how long the slowest took. */
const heard = Effect.fnUntraced(function* (
  listeners: ReadonlyArray<World.Listening>,
  more: number
) {
  const before = listeners.map((listener) => listener.upTo())
  const found = yield* Harness.waitUntil(
    "everybody hears",
    Effect.sync(() => listeners.every((listener, i) => listener.upTo() >= before[i]! + more)),
    { within: 20 * second }
  )
  assert.deepStrictEqual(
    listeners.flatMap((listener) => listener.wrong()),
    []
  )
  return Math.round(found.millis)
})

const end = Effect.fnUntraced(function* (talks: ReadonlyArray<World.Talk>) {
  yield* Effect.forEach(talks, (talk) => talk.stop)
  assert.deepStrictEqual(yield* World.broken(talks), [])
})

const say = (what: string, value: unknown) =>
  Effect.sync(() => console.info(`measured: ${what}: ${value}`))

describe("a cluster of runners", () => {
  layer(World.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
    it.effect(
      "a killed runner's instances answer again within six seconds",
      () =>
        Effect.gen(function* () {
          const a = yield* World.runner("a")
          const b = yield* World.runner("b")
          const talks = yield* World.talkers
          yield* World.settled(a, b)
          const listeners = yield* World.listeners
          yield* heard(listeners, 5)
          const lost = yield* World.ownedBy(b)
          yield* b.kill
          const hearing = yield* Effect.forkChild(heard(listeners, 10))
          const took = yield* World.back(talks, lost)
          yield* say("kill -9 to answers, ms", took)
          yield* say("kill -9 to Events again, ms", yield* Fiber.join(hearing))
          assert.isBelow(took, 6 * second)
          yield* goOn(talks, 5)
          yield* end(talks)
        }).pipe(Effect.scoped),
      60 * second
    )

    it.effect(
      "a frozen runner is replaced, and does nothing when it wakes",
      () =>
        Effect.gen(function* () {
          const a = yield* World.runner("a")
          const b = yield* World.runner("b")
          const talks = yield* World.talkers
          yield* World.settled(a, b)
          const listeners = yield* World.listeners
          yield* heard(listeners, 5)
          const lost = yield* World.ownedBy(b)
          yield* b.freeze
          const hearing = yield* Effect.forkChild(heard(listeners, 10))
          const took = yield* World.back(talks, lost)
          yield* say("SIGSTOP to answers, ms", took)
          yield* say("SIGSTOP to Events again, ms", yield* Fiber.join(hearing))
          assert.isBelow(took, 6 * second)
          yield* goOn(talks, 5)
          yield* b.thaw
          yield* Harness.waitUntil(
            "it is a runner again",
            Effect.map(World.ownedBy(b), (owned) => owned.length > 0),
            { explain: b.output }
          )
          yield* goOn(talks, 5)
          yield* end(talks)
          assert.deepStrictEqual(yield* b.stop(), { code: 0, signal: null })
        }).pipe(Effect.scoped),
      60 * second
    )

    it.effect(
      "a runner that joins takes its share, and nobody waits long",
      () =>
        Effect.gen(function* () {
          const a = yield* World.runner("a")
          const talks = yield* World.talkers
          yield* goOn(talks, 5)
          const b = yield* World.runner("b")
          const { millis } = yield* World.settled(a, b)
          yield* goOn(talks, 20)
          const longest = Math.max(...talks.map((talk) => talk.longest()))
          yield* say("from ready to its first instance, ms", Math.round(millis))
          yield* say("longest wait while instances moved, ms", longest)
          assert.isBelow(longest, 5 * second)
          yield* end(talks)
        }).pipe(Effect.scoped),
      60 * second
    )

    it.effect(
      "a runner told to stop hands its instances over and ends",
      () =>
        Effect.gen(function* () {
          const a = yield* World.runner("a")
          const b = yield* World.runner("b")
          const talks = yield* World.talkers
          yield* World.settled(a, b)
          yield* goOn(talks, 5)
          const lost = yield* World.ownedBy(b)
          const began = performance.now()
          assert.deepStrictEqual(yield* b.stop(), { code: 0, signal: null })
          yield* say("SIGTERM to exit, ms", Math.round(performance.now() - began))
          const took = yield* World.back(talks, lost)
          yield* say("exit to answers, ms", took)
          assert.isBelow(took, 4 * second)
          yield* goOn(talks, 5)
          yield* end(talks)
        }).pipe(Effect.scoped),
      60 * second
    )
  })
})
