import { assert, describe, it } from "@effect/vitest"
import { Rejected } from "@wr2/core"
import * as OffClock from "@wr2/testkit/OffClock"
import { Clock, Effect, Fiber, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { GatewayLimits } from "../src/GatewayLimits.ts"
import { FakeWorld } from "./fixture/FakeWorld.ts"
import { connect, gateway, memoryAccounts } from "./fixture/Fixture.ts"
import { arrive, eventually, failure, password, tag, text } from "./fixture/Player.ts"

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

const submits = (world: FakeWorld) =>
  world.requests.filter(({ request }) => request._tag === "Submit")

describe("Commands", () => {
  it.effect("whose answer is lost are sent again with the same n, and happen once", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        let losses = 2
        world.script.after.push((request) =>
          request._tag === "Submit" && losses-- > 0 ? "lost" : undefined
        )
        const fiber = yield* Effect.forkChild(
          ann.on(ann.client.Submit({ intents: [text(1, "say once"), text(2, "go 2", 0)] }))
        )
        yield* TestClock.adjust("20 seconds")
        const replies = yield* Fiber.join(fiber)
        assert.deepStrictEqual(replies.map(tag), ["Accepted", "Accepted"])
        assert.deepStrictEqual([...world.executed.values()], [1, 1])
        assert.strictEqual(submits(world).length, 3)
      })
    )
  })

  it.effect("are sent again while the owner moves or starts, in order", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        const answers: Array<unknown> = [
          new Rejected.Moved({}),
          new Rejected.Unavailable({ reason: "starting", retryAfter: 10 }),
          { _tag: "Moved" }
        ]
        world.script.before.push((request) => {
          if (request._tag !== "Submit") return undefined
          const reason = answers.shift()
          return reason === undefined ? undefined : { _tag: "Denied", reason }
        })
        const fiber = yield* Effect.forkChild(
          ann.on(ann.client.Submit({ intents: [text(1, "say a"), text(2, "say b", 0)] }))
        )
        yield* TestClock.adjust("5 seconds")
        assert.deepStrictEqual((yield* Fiber.join(fiber)).map(tag), ["Accepted", "Accepted"])
      })
    )
  })

  it.effect("that some were answered of: only the rest goes again", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        let once = true
        world.script.before.push((request) => {
          if (request._tag !== "Submit" || !once) return undefined
          once = false
          return {
            _tag: "Replies",
            replies: [
              { _tag: "Accepted", n: 1, asOf: 1, answers: [] },
              { _tag: "Rejected", n: 2, reason: new Rejected.Moved({}) },
              { _tag: "Rejected", n: 3, reason: new Rejected.Moved({}) }
            ]
          }
        })
        const fiber = yield* Effect.forkChild(
          ann.on(
            ann.client.Submit({
              intents: [text(1, "say a"), text(2, "say b", 1), text(3, "no", 1)]
            })
          )
        )
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual((yield* Fiber.join(fiber)).map(tag), [
          "Accepted",
          "Accepted",
          "NoExit"
        ])
        const last = submits(world).at(-1)?.request
        assert.deepStrictEqual(
          last?._tag === "Submit" ? last.intents.map(({ n }) => n) : [],
          [2, 3]
        )
      })
    )
  })

  it.effect("that nobody answers in time are Unavailable, and nothing overtakes them", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        const down = (request: { readonly _tag: string }) =>
          request._tag === "Submit"
            ? ({
                _tag: "Denied",
                reason: new Rejected.Unavailable({ reason: "down", retryAfter: 1 })
              } as const)
            : undefined
        world.script.before.push(down)
        const first = yield* Effect.forkChild(
          ann.on(ann.client.Submit({ intents: [text(1, "say a")] }))
        )
        yield* Effect.yieldNow
        const second = yield* Effect.forkChild(
          ann.on(ann.client.Submit({ intents: [text(2, "say b", 0)] }))
        )
        yield* TestClock.adjust("20 seconds")
        assert.deepStrictEqual((yield* Fiber.join(first)).map(tag), ["Unavailable"])
        world.script.before.length = 0
        assert.deepStrictEqual((yield* Fiber.join(second)).map(tag), ["Overloaded"])
        assert.strictEqual(world.executed.size, 0)
        // Sent again from the first on, as clients do.
        const again = yield* ann.on(
          ann.client.Submit({ intents: [text(1, "say a"), text(2, "say b", 0)] })
        )
        assert.deepStrictEqual(again.map(tag), ["Accepted", "Accepted"])
        assert.deepStrictEqual([...world.executed.values()], [1, 1])
      })
    )
  })

  it.effect("that arrive while one is under way go together in the next call", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        let slow = true
        world.script.before.push((request) => {
          if (request._tag !== "Submit" || !slow) return undefined
          slow = false
          return { _tag: "Denied", reason: new Rejected.Moved({}) }
        })
        const fibers = []
        for (let n = 1; n <= 5; n++) {
          fibers.push(
            yield* Effect.forkChild(
              ann.on(ann.client.Submit({ intents: [text(n, `say ${n}`, 0)] }))
            )
          )
          yield* Effect.yieldNow
        }
        yield* TestClock.adjust("1 second")
        for (const fiber of fibers)
          assert.deepStrictEqual((yield* Fiber.join(fiber)).map(tag), ["Accepted"])
        assert.isAtMost(submits(world).length, 3)
      })
    )
  })

  it.effect("faster than allowed are Overloaded from the first that is too many", () => {
    const { run, world } = setUp({ commands: { burst: 5, everyMillis: 1_000 } })
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        const many = (from: number, to: number) =>
          ann.on(
            ann.client.Submit({
              intents: Array.from({ length: to - from + 1 }, (_, i) =>
                text(from + i, "nod", Math.min(5, from - 1))
              )
            })
          )
        const first = yield* many(1, 8)
        assert.deepStrictEqual(first.map(tag), [
          ...Array(5).fill("Accepted"),
          ...Array(3).fill("Overloaded")
        ])
        const [, , , , , sixth] = first
        const told = JSON.parse(sixth?._tag === "Rejected" ? sixth.reason : "{}") as Record<
          string,
          unknown
        >
        assert.deepStrictEqual(told, { _tag: "Overloaded", bound: "commands", retryAfter: 1_000 })
        yield* TestClock.adjust("2 seconds")
        // A later one does not slip through before the sixth.
        assert.deepStrictEqual((yield* many(7, 7)).map(tag), ["Overloaded"])
        assert.deepStrictEqual((yield* many(6, 6)).map(tag), ["Accepted"])
        assert.strictEqual(world.executed.size, 6)
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual((yield* many(7, 8)).map(tag), ["Accepted", "Accepted"])
      })
    )
  })

  it.effect("so many of one session wait, and no more", () => {
    const { run, world } = setUp({ intentsWaiting: 3 })
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        world.script.before.push((request) => (request._tag === "Submit" ? "lost" : undefined))
        yield* Effect.forkChild(
          ann.on(ann.client.Submit({ intents: [1, 2].map((n) => text(n, "nod", 0)) }))
        )
        yield* eventually(() => submits(world).length === 1)
        const more = yield* Effect.forkChild(
          ann.on(ann.client.Submit({ intents: [3, 4, 5].map((n) => text(n, "nod", 0)) }))
        )
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(
          (yield* Fiber.join(more)).map((reply) =>
            reply._tag === "Rejected"
              ? (JSON.parse(reply.reason) as { bound?: string }).bound
              : undefined
          ),
          ["order", "intentsWaiting", "intentsWaiting"]
        )
      })
    )
  })

  it.effect("of a session that is not inside any more end it", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        world.script.before.push((request) =>
          request._tag === "Submit"
            ? { _tag: "Denied", reason: new Rejected.TakenOver({}) }
            : undefined
        )
        const [reply] = yield* ann.on(ann.client.Submit({ intents: [text(1, "nod")] }))
        assert.strictEqual(tag(reply), "TakenOver")
        yield* eventually(() => ann.heard.exit !== undefined)
        assert.strictEqual(failure(ann.heard)?._tag, "TakenOver")
      })
    )
  })

  it.effect("come bounded and clean to the world", () => {
    const { run, world } = setUp({ intentsPerFrame: 4 })
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        const tooMany = yield* Effect.flip(
          ann.on(ann.client.Submit({ intents: [1, 2, 3, 4, 5].map((n) => text(n, "nod", 0)) }))
        )
        assert.isTrue(tooMany._tag === "Overloaded" && tooMany.bound === "intentsPerFrame")
        yield* ann.on(
          ann.client.Submit({
            intents: [
              text(1, "say \u001b[31mred\u0000\r\n\u202e", 99),
              text(2, "x".repeat(50_000), 1),
              { n: 3, settled: 2, text: null, command: '{"_tag":"say","text":"\\u001b[2J"}' },
              { n: 4, settled: 3, text: null, command: "{{{" }
            ]
          })
        )
        const last = submits(world).at(-1)?.request
        const intents = last?._tag === "Submit" ? last.intents : []
        assert.strictEqual(intents[0]?.text, "say  [31mred ")
        assert.strictEqual(intents[0]?.settled, 0)
        assert.strictEqual(intents[1]?.text?.length, 1_001)
        assert.strictEqual((intents[2]?.command as { text?: string } | undefined)?.text, " [2J")
        assert.deepStrictEqual(intents[3]?.command, { _tag: "" })
      })
    )
  })
})

describe("logins", () => {
  it.effect("are limited for an account, whoever tries", () => {
    const { run } = setUp({ loginsPerAccount: { burst: 3, everyMillis: 10_000 } })
    return run(
      Effect.gen(function* () {
        yield* arrive("Ann")
        const attempt = (i: number, secret: string) =>
          Effect.gen(function* () {
            const { client, on } = yield* connect(`address-${i}`)
            return yield* Effect.result(
              on(client.Login({ name: "aNN", password: Redacted.make(secret) }))
            )
          })
        for (let i = 0; i < 3; i++) {
          const result = yield* attempt(i, "wrong wrong")
          assert.isTrue(result._tag === "Failure" && result.failure._tag === "BadCredentials")
        }
        // Also with the right password: else it would tell which one that is.
        const fourth = yield* attempt(4, Redacted.value(password))
        assert.isTrue(fourth._tag === "Failure" && fourth.failure._tag === "Overloaded")
        yield* TestClock.adjust("10 seconds")
        assert.strictEqual((yield* attempt(5, Redacted.value(password)))._tag, "Success")
      })
    )
  })

  it.effect("are limited for an address, whomever it tries", () => {
    const { run } = setUp({ loginsPerAddress: { burst: 2, everyMillis: 10_000 } })
    return run(
      Effect.gen(function* () {
        const { client, on } = yield* connect("bad")
        const tries = []
        for (const name of ["ann", "bob", "cid"]) {
          tries.push(yield* Effect.flip(on(client.Login({ name, password }))))
        }
        assert.deepStrictEqual(
          tries.map(({ _tag }) => _tag),
          ["BadCredentials", "BadCredentials", "Overloaded"]
        )
      })
    )
  })

  it.effect("a connection calls so often, and again after a while", () => {
    const { run } = setUp({ calls: { burst: 5, everyMillis: 1_000 } })
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        // It has registered, made a character, entered and listened: one is left.
        yield* eventually(() => ann.connection.calls?.tokens === 1)
        yield* ann.on(ann.client.ListCharacters())
        const over = yield* Effect.flip(ann.on(ann.client.ListCharacters()))
        assert.isTrue(over._tag === "Overloaded" && over.bound === "calls")
        // What it plays goes on.
        const [reply] = yield* ann.on(ann.client.Submit({ intents: [text(1, "nod")] }))
        assert.strictEqual(tag(reply), "Accepted")
        yield* TestClock.adjust("1 second")
        yield* ann.on(ann.client.ListCharacters())
      })
    )
  })

  it.effect("also where the time of day is put back by minutes", () => {
    const { run } = setUp({ calls: { burst: 5, everyMillis: 1_000 } })
    return Effect.flatMap(OffClock.make, ({ clock, off }) => {
      off.millis = 300_000
      return run(
        Effect.gen(function* () {
          const ann = yield* arrive("Ann")
          yield* eventually(() => ann.connection.calls?.tokens === 1)
          yield* ann.on(ann.client.ListCharacters())
          off.millis = 0
          yield* TestClock.adjust("1 second")
          yield* ann.on(ann.client.ListCharacters())
        })
      ).pipe(Effect.provideService(Clock.Clock, clock))
    })
  })

  it.effect("as another end what the one before played", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        yield* arrive("Bob")
        yield* ann.on(ann.client.Login({ name: "bob", password }))
        assert.isNull(world.place(1).people.get(ann.character)?.session)
        const error = yield* Effect.flip(ann.on(ann.client.Submit({ intents: [text(1, "nod")] })))
        assert.strictEqual(error._tag, "NotInside")
      })
    )
  })

  it.effect("a connection has so many calls in hand", () => {
    // One is its feed.
    const { run, world } = setUp({ callsInHand: 3 })
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        world.script.before.push((request) => (request._tag === "Submit" ? "lost" : undefined))
        for (let n = 1; n <= 2; n++) {
          yield* Effect.forkChild(ann.on(ann.client.Submit({ intents: [text(n, "nod", 0)] })))
        }
        yield* eventually(() => ann.connection.inHand === 3)
        const third = yield* Effect.flip(ann.on(ann.client.Ping()))
        assert.isTrue(third._tag === "Overloaded" && third.bound === "callsInHand")
      })
    )
  })
})
