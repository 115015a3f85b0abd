import { assert, describe, it } from "@effect/vitest"
import type { GatewayRpcs } from "@wr2/protocol"
import { Effect, Fiber, Stream } from "effect"
import { TestClock } from "effect/testing"
import { GatewayLimits } from "../src/GatewayLimits.ts"
import { FakeWorld } from "./fixture/FakeWorld.ts"
import { gateway, memoryAccounts } from "./fixture/Fixture.ts"
import {
  arrive,
  comeBack,
  eventually,
  failure,
  listen,
  settle,
  tag,
  text,
  texts
} from "./fixture/Player.ts"

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

/** What everybody hears, in order and without doubles. */
const inOrder = (events: ReadonlyArray<GatewayRpcs.FeedEvent>) => {
  for (let i = 1; i < events.length; i++) assert.isAbove(events[i]!.seq, events[i - 1]!.seq)
}

describe("one stream per instance", () => {
  it.effect("whatever the number of clients", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const all = []
        for (const name of ["Ann", "Bob", "Cid", "Dan", "Eve"]) all.push(yield* arrive(name, name))
        world.say(1, 1, "to all")
        for (const { heard } of all) yield* eventually(() => texts(heard).includes("to all"))
        assert.strictEqual(world.feeds, 1)
        assert.strictEqual(world.place(1).readers.size, 1)
      })
    )
  })

  it.effect("is asked for anew when it ends; what was missed is read from the log", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const { heard } = yield* arrive("Ann")
        world.say(1, 1, "one")
        yield* eventually(() => texts(heard).includes("one"))
        world.script.feedSilent = true
        world.say(1, 1, "two")
        world.endFeeds(1)
        yield* TestClock.adjust("1 second")
        yield* eventually(() => texts(heard).includes("two"))
        world.script.feedSilent = false
        world.say(1, 1, "three")
        yield* eventually(() => texts(heard).includes("three"))
        assert.deepStrictEqual(texts(heard), ["one", "two", "three"])
      })
    )
  })

  it.effect("a gap in its seqs is filled from the log, before what follows", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const { heard } = yield* arrive("Ann")
        yield* eventually(() => world.place(1).readers.size === 1)
        world.script.feedSilent = true
        world.say(1, 1, "lost on the way")
        world.script.feedSilent = false
        world.say(1, 1, "came through")
        yield* eventually(() => texts(heard).includes("came through"))
        assert.deepStrictEqual(texts(heard), ["lost on the way", "came through"])
        inOrder(heard.events)
      })
    )
  })

  it.effect("an owner that is not heard is not waited for: the log has it", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const { heard } = yield* arrive("Ann")
        yield* eventually(() => world.place(1).readers.size === 1)
        world.script.feedSilent = true
        world.say(1, 1, "unheard")
        yield* TestClock.adjust("6 seconds")
        yield* eventually(() => texts(heard).includes("unheard"))
      })
    )
  })

  it.effect("the owner's head tells the quiet ones how far they are, and what they missed", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const { heard } = yield* arrive("Ann")
        yield* eventually(() => world.place(1).readers.size === 1)
        const last = world.say(1, 2, "elsewhere")
        yield* settle
        assert.isBelow(heard.cursor.seq, last)
        world.head(1)
        yield* eventually(() => heard.cursor.seq === last)
        assert.strictEqual(heard.events.length, 0)
      })
    )
  })
})

describe("a client's feed", () => {
  it.effect("says when it has reached what an answer is as of, also if nothing is heard", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        yield* eventually(() => world.place(1).readers.size === 1)
        world.say(1, 2, "elsewhere")
        const [reply] = yield* ann.on(ann.client.Submit({ intents: [text(1, "look")] }))
        assert.isTrue(reply?._tag === "Accepted")
        const asOf = reply?._tag === "Accepted" ? reply.asOf : 0
        yield* eventually(() => ann.heard.cursor.seq >= asOf)
      })
    )
  })

  it.effect(
    "a client that does not take its Events is cut, typed, and resumes without a gap",
    () => {
      const { run, world } = setUp({ clientBuffer: 20, recentEvents: 8 })
      return run(
        Effect.gen(function* () {
          const ann = yield* arrive("Ann")
          const bob = yield* arrive("Bob")
          // Ann takes one frame and then no more.
          const stalled: Array<GatewayRpcs.FeedEvent> = []
          let cursor = ann.heard.cursor
          const slow = yield* ann
            .on(
              Stream.runForEach(ann.client.Feed({ cursor }, { streamBufferSize: 1 }), (frame) =>
                Effect.suspend(() => {
                  if (frame._tag !== "Events" || stalled.length > 0) return Effect.never
                  stalled.push(...frame.events)
                  cursor = { ...cursor, seq: frame.upTo, token: frame.token ?? cursor.token }
                  return Effect.void
                })
              )
            )
            .pipe(Effect.forkChild)
          for (let i = 1; i <= 200; i++) {
            world.say(1, 1, `${i}`)
            yield* Effect.yieldNow
          }
          yield* eventually(() => bob.heard.events.length >= 200)
          slow.interruptUnsafe()
          // The gateway let go of her: what waits is bounded, and Bob did not wait for her.
          const again = yield* listen(ann, cursor)
          yield* eventually(() => texts(again).includes("200"))
          const said = (events: ReadonlyArray<GatewayRpcs.FeedEvent>) =>
            events.filter(({ type }) => type === "Said").map(({ seq }) => seq)
          assert.deepStrictEqual([...said(stalled), ...said(again.events)], said(bob.heard.events))
        })
      )
    }
  )

  it.effect("the end of one that is cut says so", () => {
    const { run, world } = setUp({ clientBuffer: 3, frameEvents: 2 })
    return run(
      Effect.gen(function* () {
        const { heard } = yield* arrive("Ann")
        yield* eventually(() => world.place(1).readers.size === 1)
        yield* settle
        // More at once than its buffer holds, before it had a turn to take any.
        for (let i = 1; i <= 50; i++) world.say(1, 1, `${i}`)
        yield* eventually(() => heard.exit !== undefined)
        assert.strictEqual(failure(heard)?._tag, "SlowClient")
        inOrder(heard.events)
      })
    )
  })

  it.effect("too far behind: resync", () => {
    const { run, world } = setUp({ resumeMax: 10, recentEvents: 4 })
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        for (let i = 1; i <= 30; i++) world.say(1, 2, `${i}`)
        const back = yield* comeBack(ann.token)
        yield* back.on(back.client.Enter({ character: ann.character, cursor: ann.entered.cursor }))
        const heard = yield* listen(back, ann.entered.cursor)
        yield* eventually(() => heard.exit !== undefined)
        const end = failure(heard)
        assert.isTrue(end?._tag === "ResyncRequired" && end.why === "behind")
      })
    )
  })

  it.effect(
    "of what nobody told, and the log has let go of altogether: resync, and not silence",
    () => {
      const { run, world } = setUp()
      return run(
        Effect.gen(function* () {
          const { heard } = yield* arrive("Ann")
          yield* eventually(() => world.place(1).readers.size === 1)
          world.script.feedSilent = true
          for (let i = 1; i <= 5; i++) world.say(1, 1, `${i}`)
          world.script.oldest = 100
          world.script.feedSilent = false
          // The owner's sign of life says how far it is.
          world.head(1)
          yield* eventually(() => heard.exit !== undefined)
          const end = failure(heard)
          assert.isTrue(end?._tag === "ResyncRequired" && end.why === "behind")
        })
      )
    }
  )

  it.effect("its token is renewed, so that a resume need not read far back", () => {
    const { run, world } = setUp({ tokenEvery: 5 })
    return run(
      Effect.gen(function* () {
        const { entered, heard } = yield* arrive("Ann")
        yield* eventually(() => world.place(1).readers.size === 1)
        for (let i = 1; i <= 12; i++) world.say(1, 1, `${i}`)
        yield* eventually(() => texts(heard).includes("12"))
        assert.notStrictEqual(heard.cursor.token, entered.cursor.token)
      })
    )
  })

  it.effect("another feed of the connection ends the one before", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        yield* eventually(() => world.place(1).readers.size === 1)
        yield* settle
        const second = yield* listen(ann, ann.heard.cursor)
        yield* eventually(() => ann.heard.exit?._tag === "Success")
        world.say(1, 1, "to the second")
        yield* eventually(() => texts(second).includes("to the second"))
        assert.deepStrictEqual(texts(ann.heard), [])
      })
    )
  })
})

describe("a character travels", () => {
  it.effect("and its client goes on in the other instance: departure, snapshot, new feed", () => {
    const { memory, run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        yield* eventually(() => world.place(1).readers.size === 1)
        const replies = yield* ann.on(
          ann.client.Submit({
            intents: [text(1, "say bye"), text(2, "travel 2", 0), text(3, "say there", 0)]
          })
        )
        assert.deepStrictEqual(replies.map(tag), ["Accepted", "Accepted", "Accepted"])
        assert.deepStrictEqual(
          replies.map((reply) => (reply._tag === "Accepted" ? reply.instance : 0)),
          [1, 1, 2]
        )
        yield* eventually(() => texts(ann.heard).includes("there"), "the other side")
        const kinds = ann.heard.frames.map((frame) =>
          frame._tag === "Arrived"
            ? `Arrived ${frame.cursor.instance}`
            : frame.events.map(({ type }) => type).join()
        )
        assert.deepStrictEqual(
          kinds.filter((kind) => kind !== ""),
          ["Said", "Departed", "Arrived 2", "Entered,Said"]
        )
        assert.strictEqual(ann.heard.cursor.instance, 2)
        assert.strictEqual(memory.characters[0]?.instance, 2)
        assert.strictEqual(world.executed.get(`${ann.character}#3 say there`), 1)
        // Nothing of the old instance reaches it any more.
        world.say(1, 1, "behind her back")
        world.say(2, 1, "welcome")
        yield* eventually(() => texts(ann.heard).includes("welcome"))
        assert.notInclude(texts(ann.heard), "behind her back")
      })
    )
  })

  it.effect("what it does on the way waits until it has come", () => {
    const { run, world } = setUp()
    world.script.holdTravellers = true
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        yield* ann.on(ann.client.Submit({ intents: [text(1, "travel 2")] }))
        const there = yield* Effect.forkChild(
          ann.on(ann.client.Submit({ intents: [text(2, "say there")] }))
        )
        yield* TestClock.adjust("3 seconds")
        assert.isUndefined(there.pollUnsafe())
        for (const arrives of world.under.splice(0)) arrives()
        yield* TestClock.adjust("3 seconds")
        yield* eventually(() => there.pollUnsafe() !== undefined)
        yield* eventually(() => texts(ann.heard).includes("there"))
        assert.strictEqual(world.executed.get(`${ann.character}#2 say there`), 1)
      })
    )
  })

  it.effect("for longer than claims go round: nobody has taken over", () => {
    const { run, world } = setUp({ claimEvery: 2_000 })
    world.script.holdTravellers = true
    return run(
      Effect.gen(function* () {
        const ann = yield* arrive("Ann")
        yield* ann.on(ann.client.Submit({ intents: [text(1, "travel 2")] }))
        const there = yield* Effect.forkChild(
          ann.on(ann.client.Submit({ intents: [text(2, "say there")] }))
        )
        yield* TestClock.adjust("12 seconds")
        assert.isUndefined(there.pollUnsafe())
        for (const arrives of world.under.splice(0)) arrives()
        yield* TestClock.adjust("3 seconds")
        assert.deepStrictEqual((yield* Fiber.join(there)).map(tag), ["Accepted"])
        yield* eventually(() => texts(ann.heard).includes("there"))
      })
    )
  })

  it.effect("while its client is away: the old instance to the end, then the new one", () => {
    const { run, world } = setUp()
    return run(
      Effect.gen(function* () {
        const before = yield* Effect.scoped(
          Effect.gen(function* () {
            const ann = yield* arrive("Ann")
            yield* eventually(() => world.place(1).readers.size === 1)
            return { ...ann, cursor: ann.heard.cursor }
          })
        )
        world.say(1, 1, "as you slept")
        // Somebody carries her off.
        const { session } = world.place(1).people.get(before.character)!
        yield* world.host.call(1, {
          _tag: "Submit",
          actor: { type: "Character", id: before.character },
          session,
          intents: [{ n: 1, settled: 0, text: "travel 2", command: null }],
          trace: null
        })
        world.say(1, 1, "too late")
        const back = yield* comeBack(before.token)
        yield* back.on(back.client.Enter({ character: before.character, cursor: before.cursor }))
        const heard = yield* listen(back, before.cursor)
        yield* eventually(() => heard.frames.some(({ _tag }) => _tag === "Arrived"), "the arrival")
        world.say(2, 1, "where am I")
        yield* eventually(() => texts(heard).includes("where am I"))
        assert.deepStrictEqual(texts(heard), ["as you slept", "-", "-", "where am I"])
      })
    )
  })
})
