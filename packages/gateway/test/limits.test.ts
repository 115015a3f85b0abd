/** Bounds of the gateway's calls, each pushed past: what the client is told, and when it may go on. */
import { assert, describe, it } from "@effect/vitest"
import { Rejected } from "@wr2/core"
import type { Messages } from "@wr2/engine"
import { Clock, Effect, Fiber, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { GatewayLimits } from "../src/GatewayLimits.ts"
import { FakeWorld } from "./fixture/FakeWorld.ts"
import { connect, gateway, memoryAccounts } from "./fixture/Fixture.ts"
import { arrive, comeBack, password, tag, text } from "./fixture/Player.ts"

const setUp = (limits: Partial<GatewayLimits> = {}) => {
  const world = new FakeWorld()
  const memory = memoryAccounts()
  const layer = gateway(world, memory)
  return {
    world,
    memory,
    run: <A, E>(effect: Effect.Effect<A, E, any>): Effect.Effect<A, E> =>
      effect.pipe(
        Effect.provide(layer),
        Effect.scoped,
        Effect.updateService(GatewayLimits, (defaults) => ({ ...defaults, ...limits }))
      ) as Effect.Effect<A, E>
  }
}

/** Time goes on by steps; whoever waits gets a turn in between. */
const pass = (millis: number, step = 50) =>
  Effect.repeat(TestClock.adjust(step), { times: Math.ceil(millis / step) - 1 })

/** Milliseconds between one and the next. */
const gaps = (times: ReadonlyArray<number>): ReadonlyArray<number> =>
  times.slice(1).map((time, i) => time - times[i]!)

/** When requests of a kind came in. */
const timesOf = (world: FakeWorld, kind: Messages.Request["_tag"]) => {
  const times: Array<number> = []
  const watched = world.script.before
  return Effect.map(Clock.Clock, (clock) => {
    watched.unshift((request) => {
      if (request._tag === kind) times.push(clock.currentTimeMillisUnsafe())
      return undefined
    })
    return times
  })
}

describe("accounts", () => {
  it.effect("are made so many from one address (registrationsPerAddress), and again later", () => {
    const { run } = setUp({ registrationsPerAddress: { burst: 2, everyMillis: 1_000 } })
    return run(
      Effect.gen(function* () {
        const from = (address: string, name: string) =>
          Effect.gen(function* () {
            const { client, on } = yield* connect(address)
            return yield* on(client.Register({ name, password }))
          })
        yield* from("a", "ann")
        yield* from("a", "bob")
        const third = yield* Effect.flip(from("a", "cid"))
        assert.deepInclude(third, { bound: "registrationsPerAddress", retryAfter: 1_000 })
        yield* from("b", "dan")
        yield* TestClock.adjust("1 second")
        yield* from("a", "cid")
      })
    )
  })

  it.effect("of so many addresses attempts are counted at once (countedMax)", () => {
    const { run } = setUp({ countedMax: 2, loginsPerAddress: { burst: 1, everyMillis: 1e9 } })
    return run(
      Effect.gen(function* () {
        const attempt = (address: string) =>
          Effect.gen(function* () {
            const { client, on } = yield* connect(address)
            return (yield* Effect.flip(on(client.Login({ name: address, password }))))._tag
          })
        const tags = yield* Effect.forEach(["a", "a", "b", "c", "c", "a"], attempt)
        // The least recent is forgotten; who keeps on trying is not.
        assert.deepStrictEqual(tags, [
          "BadCredentials",
          "Overloaded",
          "BadCredentials",
          "BadCredentials",
          "Overloaded",
          "BadCredentials"
        ])
      })
    )
  })

  it.effect("a login ends after sessionFor: log in again", () => {
    const { memory, run } = setUp({ sessionFor: 60_000 })
    return run(
      Effect.gen(function* () {
        const clock = yield* Clock.Clock
        const ends = new Map<string, number>()
        const { openSession, session } = memory.service
        Object.assign(memory.service, {
          openSession: (given: Parameters<typeof openSession>[0]) => {
            ends.set(given.tokenHash, clock.currentTimeMillisUnsafe() + given.expiresInMillis)
            return openSession(given)
          },
          session: (hash: string) =>
            clock.currentTimeMillisUnsafe() < ends.get(hash)! ? session(hash) : Effect.undefined
        })
        const ann = yield* arrive("Ann")
        yield* TestClock.adjust("59 seconds")
        yield* comeBack(ann.token)
        yield* TestClock.adjust("1 second")
        assert.strictEqual((yield* Effect.flip(comeBack(ann.token)))._tag, "NotLoggedIn")
        const old = yield* Effect.flip(ann.on(ann.client.ListCharacters()))
        assert.strictEqual(old._tag, "NotLoggedIn")
      })
    )
  })

  it.effect("a password has passwordMin to passwordMax characters, and is told so", () => {
    const { run } = setUp({ passwordMin: 4, passwordMax: 6 })
    return run(
      Effect.gen(function* () {
        const { client, on } = yield* connect()
        const register = (word: string) =>
          on(client.Register({ name: "ann", password: Redacted.make(word) }))
        for (const word of ["123", "1234567", "x".repeat(50_000)]) {
          assert.deepInclude(yield* Effect.flip(register(word)), {
            _tag: "BadPassword",
            rule: "4 to 6 characters"
          })
        }
        yield* register("1234")
        // One that is too long to be anybody's is not hashed; the answer is the same.
        const long = Redacted.make("1234".repeat(10_000))
        const wrong = yield* Effect.flip(on(client.Login({ name: "ann", password: long })))
        assert.strictEqual(wrong._tag, "BadCredentials")
      })
    )
  })

  it.effect("have charactersPerAccount, and no later makes it more", () => {
    const { run } = setUp({ charactersPerAccount: 2 })
    return run(
      Effect.gen(function* () {
        const { client, on } = yield* arrive("Ann")
        const create = (name: string) => on(client.CreateCharacter({ name, fresh: '{"hat":"x"}' }))
        yield* create("Bob")
        const third = yield* Effect.flip(create("Cid"))
        assert.deepInclude(third, { bound: "charactersPerAccount", retryAfter: 0 })
        assert.strictEqual((yield* on(client.ListCharacters())).length, 2)
      })
    )
  })

  it.effect("enter one character so often (entries), by whichever connection", () => {
    const { run } = setUp({ entries: { burst: 3, everyMillis: 2_000 } })
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        const entering = () =>
          Effect.gen(function* () {
            const { client, on } = yield* comeBack(ann.token)
            return yield* on(client.Enter({ character: ann.character, cursor: null }))
          })
        yield* entering()
        yield* entering()
        const fourth = yield* Effect.flip(entering())
        assert.deepInclude(fourth, { bound: "entries", retryAfter: 2_000 })
        yield* TestClock.adjust("2 seconds")
        yield* entering()
      })
    )
  })

  it.effect("give commands to a character, however often it is entered", () => {
    const { run } = setUp({ commands: { burst: 5, everyMillis: 1_000 } })
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        const send = (from: number, to: number) =>
          ann.on(
            ann.client.Submit({
              intents: Array.from({ length: to - from + 1 }, (_, i) =>
                text(from + i, "nod", from - 1)
              )
            })
          )
        yield* send(1, 4)
        yield* ann.on(ann.client.Enter({ character: ann.character, cursor: null }))
        assert.deepStrictEqual((yield* send(5, 6)).map(tag), ["Accepted", "Overloaded"])
      })
    )
  })

  it.effect("what is sent as JSON is nested commandDepthMax deep", () => {
    const { run, world } = setUp({ commandDepthMax: 3 })
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`
        const bad = yield* Effect.flip(
          ann.on(ann.client.CreateCharacter({ name: "Bob", fresh: nested(4) }))
        )
        assert.deepInclude(bad, { _tag: "BadCharacter", issue: "not JSON, or nested too deep" })
        yield* ann.on(
          ann.client.Submit({
            intents: [4, 3].map((depth, i) => ({
              n: i + 1,
              settled: 0,
              text: null,
              command: nested(depth)
            }))
          })
        )
        const request = world.requests.findLast(({ request }) => request._tag === "Submit")!.request
        const commands = request._tag === "Submit" ? request.intents : []
        assert.deepStrictEqual(commands[0]?.command, { _tag: "" })
        assert.strictEqual(JSON.stringify(commands[1]?.command), nested(3))
      })
    )
  })
})

describe("an owner", () => {
  it.effect(
    "has callWithin to answer, then it is asked again; in answerWithin, or Unavailable",
    () => {
      const { run, world } = setUp({
        callWithin: 500,
        answerWithin: 2_000,
        retryFirst: 100,
        retryMax: 100
      })
      return run(
        Effect.gen(function* () {
          const ann = yield* arrive("Ann")
          world.script.before.push((request) => (request._tag === "Submit" ? "lost" : undefined))
          const times = yield* timesOf(world, "Submit")
          const fiber = yield* Effect.forkChild(
            ann.on(ann.client.Submit({ intents: [text(1, "nod")] }))
          )
          yield* pass(4_000)
          const [reply] = yield* Fiber.join(fiber)
          const why = JSON.parse(reply?._tag === "Rejected" ? reply.reason : "{}")
          assert.deepInclude(why, { _tag: "Unavailable", retryAfter: 1_000 })
          assert.deepStrictEqual(gaps(times), [600, 600, 600])
          // The same n, when it is back.
          world.script.before.length = 0
          const [again] = yield* ann.on(ann.client.Submit({ intents: [text(1, "nod")] }))
          assert.strictEqual(tag(again), "Accepted")
        })
      )
    }
  )

  it.effect(
    "that is moving is asked after retryFirst, twice that ..., never later than retryMax",
    () => {
      const { run, world } = setUp({ retryFirst: 100, retryMax: 400 })
      return run(
        Effect.gen(function* () {
          const ann = yield* arrive("Ann")
          let left = 5
          world.script.before.push((request) =>
            request._tag === "Submit" && left-- > 0
              ? { _tag: "Denied", reason: new Rejected.Moved({}) }
              : undefined
          )
          const times = yield* timesOf(world, "Submit")
          const fiber = yield* Effect.forkChild(
            ann.on(ann.client.Submit({ intents: [text(1, "nod")] }))
          )
          yield* pass(3_000)
          assert.deepStrictEqual((yield* Fiber.join(fiber)).map(tag), ["Accepted"])
          assert.deepStrictEqual(gaps(times), [100, 200, 400, 400, 400])
        })
      )
    }
  )

  it.effect("lets in within enterWithin, or Unavailable", () => {
    const { run, world } = setUp({ enterWithin: 3_000, callWithin: 500 })
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        world.script.before.push((request) => (request._tag === "Enter" ? "lost" : undefined))
        const again = yield* comeBack(ann.token)
        const began = yield* Clock.currentTimeMillis
        const fiber = yield* again
          .on(again.client.Enter({ character: ann.character, cursor: null }))
          .pipe(
            Effect.flip,
            Effect.zip(Clock.currentTimeMillis),
            Effect.forkChild({ startImmediately: true })
          )
        yield* pass(6_000)
        const [error, at] = yield* Fiber.join(fiber)
        assert.deepInclude(error, { _tag: "Unavailable", retryAfter: 1_000 })
        assert.isAtMost(at - began, 3_500)
        assert.isAtLeast(at - began, 2_000)
      })
    )
  })

  it.effect("is told every claimEvery which sessions are held here", () => {
    const { run, world } = setUp({ claimEvery: 1_000 })
    return run(
      Effect.gen(function* () {
        yield* arrive("Ann")
        yield* arrive("Bob")
        const times = yield* timesOf(world, "Claim")
        yield* pass(5_500)
        // One for all of an instance.
        assert.deepStrictEqual(gaps(times), [1_000, 1_000, 1_000, 1_000])
      })
    )
  })
})

describe("a journey", () => {
  it.effect("takes travelWithin at most; then what waits is Unavailable, and sent again", () => {
    const { run, world } = setUp({ travelWithin: 4_000 })
    world.script.holdTravellers = true
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        yield* ann.on(ann.client.Submit({ intents: [text(1, "travel 2")] }))
        const there = yield* Effect.forkChild(
          ann.on(ann.client.Submit({ intents: [text(2, "say there")] }))
        )
        yield* pass(3_500)
        assert.isUndefined(there.pollUnsafe())
        yield* pass(4_500)
        const [reply] = yield* Fiber.join(there)
        const why = JSON.parse(reply?._tag === "Rejected" ? reply.reason : "{}")
        assert.deepInclude(why, { _tag: "Unavailable", retryAfter: 1_000 })
        for (const arrives of world.under.splice(0)) arrives()
        const again = yield* Effect.forkChild(
          ann.on(ann.client.Submit({ intents: [text(2, "say there")] }))
        )
        yield* pass(3_000)
        assert.deepStrictEqual((yield* Fiber.join(again)).map(tag), ["Accepted"])
      })
    )
  })

  it.effect("leads through travelHops instances at most, then Unavailable", () => {
    const { run, world } = setUp({ travelHops: 3 })
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        // Each says that it went to the next.
        let target = 1
        world.script.before.push((request) =>
          request._tag === "Enter"
            ? { _tag: "Denied", reason: new Rejected.Travelling({ target: ++target }) }
            : undefined
        )
        const again = yield* comeBack(ann.token)
        const fiber = yield* again
          .on(again.client.Enter({ character: ann.character, cursor: null }))
          .pipe(Effect.flip, Effect.forkChild)
        yield* pass(5_000)
        const error = yield* Fiber.join(fiber)
        assert.deepInclude(error, { _tag: "Unavailable", reason: "lost on the way" })
        assert.strictEqual(target, 5)
      })
    )
  })
})
