/** Bounds of feeds, each pushed past: what is kept, what is read from the log, what a client is told. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Scope } from "effect"
import { TestClock } from "effect/testing"
import { GatewayLimits } from "../src/GatewayLimits.ts"
import { FakeWorld } from "./fixture/FakeWorld.ts"
import { gateway, memoryAccounts } from "./fixture/Fixture.ts"
import { arrive, comeBack, eventually, failure, listen, settle, texts } from "./fixture/Player.ts"

const setUp = (limits: Partial<GatewayLimits> = {}) => {
  const world = new FakeWorld()
  const memory = memoryAccounts()
  const layer = gateway(world, memory)
  return {
    world,
    run: <A, E>(effect: Effect.Effect<A, E, any>): Effect.Effect<A, E> =>
      effect.pipe(
        Effect.provide(layer),
        Effect.scoped,
        Effect.updateService(GatewayLimits, (defaults) => ({ ...defaults, ...limits }))
      ) as Effect.Effect<A, E>
  }
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`)

describe("an instance's stream", () => {
  it.effect("that is silent for feedSilence is not waited for: the log has it", () => {
    const { run, world } = setUp({ feedSilence: 2_000 })
    return run(
      Effect.gen(function* () {
        const { heard } = yield* arrive("Ann")
        yield* eventually(() => world.place(1).readers.size === 1)
        world.script.feedSilent = true
        world.say(1, 1, "unheard")
        yield* TestClock.adjust("1900 millis")
        yield* settle
        assert.notInclude(texts(heard), "unheard")
        yield* TestClock.adjust("100 millis")
        yield* eventually(() => texts(heard).includes("unheard"))
      })
    )
  })

  it.effect("is kept for feedLinger when nobody listens, and no longer", () => {
    const { run, world } = setUp({ feedLinger: 3_000, feedSilence: 1e9 })
    return run(
      Effect.gen(function* () {
        const stay = Effect.fnUntraced(function* (first: boolean) {
          const scope = yield* Scope.make()
          const ann = yield* Scope.provide(first ? arrive("Ann") : again, scope)
          yield* settle
          return { ann, leave: Scope.close(scope, Exit.void) }
        })
        let again: ReturnType<typeof arrive> = arrive("Ann")
        const one = yield* stay(true)
        again = Effect.gen(function* () {
          const back = yield* comeBack(one.ann.token)
          const { character } = one.ann
          const entered = yield* back.on(back.client.Enter({ character, cursor: null }))
          return { ...one.ann, ...back, entered, heard: yield* listen(back, entered.cursor) }
        })
        yield* one.leave
        yield* TestClock.adjust("2900 millis")
        const two = yield* stay(false)
        assert.strictEqual(world.feeds, 1)
        yield* two.leave
        yield* TestClock.adjust("3 seconds")
        yield* stay(false)
        assert.strictEqual(world.feeds, 2)
      })
    )
  })

  it.effect("keeps recentEvents; who is further behind reads the log, a logPage at a time", () => {
    const { run, world } = setUp({ recentEvents: 4, logPage: 3 })
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        yield* eventually(() => world.place(1).readers.size === 1)
        for (const n of numbers(1, 20)) world.say(1, 1, n)
        yield* eventually(() => texts(ann.heard).includes("20"))
        assert.strictEqual(world.logReads, 0)
        const pages: Array<number> = []
        const { read } = world.log
        Object.assign(world.log, {
          read: (...given: Parameters<typeof read>) =>
            Effect.tap(read(...given), (page) => Effect.sync(() => void pages.push(page.length)))
        })
        const again = yield* listen(ann, ann.entered.cursor)
        yield* eventually(() => texts(again).includes("20"))
        assert.deepStrictEqual(texts(again), numbers(1, 20))
        assert.isAtLeast(pages.length, 4)
        assert.isAtMost(Math.max(...pages), 3)
      })
    )
  })
})

describe("a client", () => {
  it.effect("is told of frameEvents in one frame, of the rest in the next", () => {
    const { run, world } = setUp({ frameEvents: 4 })
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        for (const n of numbers(1, 30)) world.say(1, 1, n)
        const again = yield* listen(ann, ann.entered.cursor)
        yield* eventually(() => texts(again).includes("30"))
        const sizes = again.frames.map((frame) =>
          frame._tag === "Events" ? frame.events.length : 0
        )
        assert.isAtMost(Math.max(...sizes), 4)
        assert.deepStrictEqual(texts(again), numbers(1, 30))
      })
    )
  })

  it.effect("whose cursor's token is longer than tokenMax begins anew", () => {
    const { run, world } = setUp({ tokenMax: 500 })
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        const { cursor } = ann.entered
        assert.isBelow(cursor.token.length, 500)
        const long = { ...cursor, token: `${cursor.token}${" ".repeat(500)}` }
        const heard = yield* listen(ann, long)
        yield* eventually(() => heard.exit !== undefined)
        assert.deepInclude(failure(heard), { _tag: "ResyncRequired", why: "token" })
        const again = yield* comeBack(ann.token)
        const entered = yield* again.on(
          again.client.Enter({ character: ann.character, cursor: long })
        )
        assert.isFalse(entered.resumed)
        const anew = yield* listen(again, entered.cursor)
        world.say(1, 1, "welcome")
        yield* eventually(() => texts(anew).includes("welcome"))
      })
    )
  })
})
