import { assert, describe, it } from "@effect/vitest"
import { Rejected } from "@wr2/core"
import { Bot, Told, Wr2Client } from "@wr2/client"
import { Effect, Fiber, Redacted, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import { say } from "../../gateway/test/fixture/Tavern.ts"
import { eventually } from "../../gateway/test/fixture/Player.ts"
import { codec, inside, password, world, worldWith } from "./fixture.ts"

type Said = {
  readonly _tag: string
  readonly event?: { readonly _tag: string; readonly text?: string }
}
const texts = (told: ReadonlyArray<unknown>): ReadonlyArray<string> =>
  (told as ReadonlyArray<Said>).flatMap(({ _tag, event }) =>
    _tag === "Event" && event?._tag === "Said" ? [event.text ?? ""] : []
  )
const kinds = (told: ReadonlyArray<{ readonly _tag: string }>) =>
  told.map(({ _tag }) => _tag).filter((tag) => tag !== "Status")

describe("a client", () => {
  it.effect("logs in, enters, acts and hears, typed", () =>
    Effect.gen(function* () {
      const { wires } = yield* world
      const { client, told } = yield* inside("Ann", wires)
      const accepted = yield* client.submit("say hello")
      assert.strictEqual(accepted.n, 1)
      // What its Command caused has been told before its answer.
      assert.deepStrictEqual(texts(told), ["hello"])
      yield* client.submit(say.make({ text: "typed" }))
      assert.deepStrictEqual(texts(told), ["hello", "typed"])
      const looked = yield* client.submit("look")
      const [seen] = looked.answers
      assert.isTrue(seen?._tag === "RoomSeen" && seen.people[0] === "Ann")
      const no = yield* Effect.flip(client.submit("no"))
      assert.isTrue(no._tag === "NoExit" && no.to === 9)
      const snapshot = yield* client.snapshot
      assert.strictEqual(snapshot?.name, "Ann")
      assert.deepStrictEqual(kinds(told), ["Snapshot", "Event", "Event", "Answer", "Rejected"])
      assert.isAtLeast(yield* client.ping, 0)
    }).pipe(Effect.scoped)
  )

  it.effect("says why when it may not: typed, at every call", () =>
    Effect.gen(function* () {
      const { wires } = yield* world
      const { client } = yield* inside("Ann", wires)
      const bad = yield* Effect.flip(client.login("ann", Redacted.make("wrong wrong")))
      assert.strictEqual(bad._tag, "BadCredentials")
      const none = yield* Effect.flip(client.enter(999))
      assert.strictEqual(none._tag, "NoSuchCharacter")
      const out = yield* Effect.flip(client.submit("look"))
      assert.isTrue(out._tag === "Closed" && out.why === "Left")
    }).pipe(Effect.scoped)
  )

  it.effect("is told that it does not fit, and stops", () =>
    Effect.gen(function* () {
      const { wires } = yield* world
      const client = yield* Effect.provide(Wr2Client.make({ ...codec, game: "chess" }), wires.layer)
      const error = yield* Effect.flip(client.login("ann", password))
      assert.isTrue(error._tag === "Closed" && error.why === "VersionMismatch")
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(wires.opened, 1)
    }).pipe(Effect.scoped)
  )
})

describe("what is told", () => {
  it.effect("is told in the order of the Commands, also when they go together", () =>
    Effect.gen(function* () {
      const { wires } = yield* world
      wires.slowReplies = true
      wires.twice = true
      const { client, told } = yield* inside("Ann", wires)
      const fibers = []
      for (const word of ["look", "say one", "look", "no", "say two"]) {
        fibers.push(yield* Effect.forkChild(Effect.result(client.submit(word))))
      }
      yield* Effect.forEach(fibers, Fiber.join)
      assert.deepStrictEqual(kinds(told), [
        "Snapshot",
        "Answer",
        "Event",
        "Answer",
        "Rejected",
        "Event"
      ])
    }).pipe(Effect.scoped)
  )
})

describe("a connection breaks", () => {
  it.effect("its cursor keeps up: after hours in one place there is little to read again", () =>
    Effect.gen(function* () {
      const { fake, wires } = yield* worldWith({ resumeMax: 20, tokenEvery: 5 })
      const { told } = yield* inside("Ann", wires)
      for (let i = 1; i <= 60; i++) {
        fake.say(1, 1, `${i}`)
        if (i % 5 === 0) yield* eventually(() => texts(told).includes(`${i}`))
      }
      yield* wires.cut
      fake.say(1, 1, "after")
      yield* TestClock.adjust("2 seconds")
      yield* eventually(() => texts(told).includes("after"))
      assert.strictEqual(told.filter(({ _tag }) => _tag === "Snapshot").length, 1)
    }).pipe(Effect.scoped)
  )

  it.effect("it comes back by itself: nothing missed, nothing twice", () =>
    Effect.gen(function* () {
      const { fake, wires } = yield* world
      const { told, client } = yield* inside("Ann", wires)
      fake.say(1, 1, "one")
      yield* eventually(() => texts(told).includes("one"))
      yield* wires.cut
      fake.say(1, 1, "two")
      fake.say(1, 2, "elsewhere")
      yield* TestClock.adjust("2 seconds")
      fake.say(1, 1, "three")
      yield* eventually(() => texts(told).includes("three"))
      assert.deepStrictEqual(texts(told), ["one", "two", "three"])
      assert.strictEqual((yield* client.submit("say back")).n, 1)
      // The same session: no second snapshot.
      assert.strictEqual(told.filter(({ _tag }) => _tag === "Snapshot").length, 1)
    }).pipe(Effect.scoped)
  )

  it.effect("what is turned down is told after what happened meanwhile", () =>
    Effect.gen(function* () {
      const { fake, wires } = yield* world
      const { client, told } = yield* inside("Ann", wires)
      wires.down = true
      yield* wires.cut
      fake.say(1, 1, "the door is shut")
      const refused = yield* Effect.forkChild(Effect.result(client.submit("no")))
      wires.slowFeed = true
      wires.down = false
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* Fiber.join(refused))._tag, "Failure")
      const kinds = told.map(({ _tag }) => _tag)
      assert.isBelow(kinds.indexOf("Event"), kinds.indexOf("Rejected"))
    }).pipe(Effect.scoped)
  )

  it.effect.prop(
    "whenever it breaks, every Command is done once, in order",
    { cuts: Schema.Array(Schema.Boolean).check(Schema.isMinLength(1), Schema.isMaxLength(12)) },
    ({ cuts }) =>
      Effect.gen(function* () {
        const { fake, wires } = yield* world
        const { client, told, character } = yield* inside("Ann", wires)
        const words = cuts.map((_, i) => `say ${i}`)
        for (const [i, broken] of cuts.entries()) {
          if (broken) wires.loseReplies = 1
          const fiber = yield* Effect.forkChild(client.submit(words[i]!))
          yield* Effect.yieldNow
          yield* TestClock.adjust("2 seconds")
          assert.strictEqual((yield* Fiber.join(fiber)).n, i + 1)
        }
        assert.deepStrictEqual(
          [...fake.executed],
          words.map((word, i) => [`${character}#${i + 1} ${word}`, 1])
        )
        assert.deepStrictEqual(
          texts(told),
          cuts.map((_, i) => `${i}`)
        )
      }).pipe(Effect.scoped),
    { arbitrary: { runs: 25 } }
  )

  it.effect(
    "what was sent and not answered is sent again with the same n, and what waits after it",
    () =>
      Effect.gen(function* () {
        const { fake, wires } = yield* world
        const { client } = yield* inside("Ann", wires)
        wires.loseReplies = 2
        const fibers = []
        for (const word of ["say a", "go 2", "look", "no", "say b"]) {
          fibers.push(yield* Effect.forkChild(Effect.result(client.submit(word))))
        }
        yield* TestClock.adjust("10 seconds")
        const results = yield* Effect.forEach(fibers, Fiber.join)
        assert.deepStrictEqual(
          results.map(({ _tag }) => _tag),
          ["Success", "Success", "Success", "Failure", "Success"]
        )
        assert.isTrue([...fake.executed.values()].every((count) => count === 1))
        assert.strictEqual(fake.executed.size, 5)
      }).pipe(Effect.scoped)
  )

  it.effect(
    "for so long that its session has ended: a new beginning, and no guess at old answers",
    () =>
      Effect.gen(function* () {
        const { fake, wires } = yield* world
        const { character, client, told } = yield* inside("Ann", wires)
        wires.loseReplies = 1
        wires.down = true
        const lost = yield* Effect.forkChild(Effect.result(client.submit("say was it heard")))
        yield* eventually(() => fake.executed.size === 1)
        yield* TestClock.adjust("1 minute")
        fake.say(1, 1, "who is there")
        // The owner has let her go; somebody else played her and went.
        fake.place(1).people.get(character)!.session = null
        wires.down = false
        yield* TestClock.adjust("20 seconds")
        const result = yield* Fiber.join(lost)
        assert.isTrue(result._tag === "Failure" && result.failure._tag === "AlreadyAnswered")
        // It is told what it missed, and then what there is.
        const last = told.findLastIndex(({ _tag }) => _tag === "Snapshot")
        assert.deepStrictEqual(texts(told.slice(0, last)), ["was it heard", "who is there"])
        assert.strictEqual(told.filter(({ _tag }) => _tag === "Snapshot").length, 2)
        // Nothing was said for long: the gateway may just be about to listen anew.
        const again = yield* Effect.forkChild(client.submit("say here again"))
        yield* TestClock.adjust("5 seconds")
        assert.strictEqual((yield* Fiber.join(again)).n, 2)
        // And this session goes on over the next break, with every answer.
        wires.loseReplies = 1
        const next = yield* Effect.forkChild(client.submit("say once more"))
        yield* TestClock.adjust("5 seconds")
        assert.strictEqual((yield* Fiber.join(next)).n, 3)
        assert.deepStrictEqual(texts(told.slice(last)), ["here again", "once more"])
      }).pipe(Effect.scoped)
  )

  it.effect("in the middle of a journey: it hears all the way, and every answer", () =>
    Effect.gen(function* () {
      const { fake, wires } = yield* world
      const { client, told } = yield* inside("Ann", wires)
      fake.script.holdTravellers = true
      wires.loseReplies = 1
      const fibers = []
      for (const word of ["say bye", "no", "travel 2", "say there"])
        fibers.push(yield* Effect.forkChild(Effect.result(client.submit(word))))
      yield* TestClock.adjust("3 seconds")
      for (const arrives of fake.under.splice(0)) arrives()
      fake.say(2, 1, "before you look")
      fake.say(2, 2, "elsewhere")
      fake.say(1, 1, "behind your back")
      let looks = 1
      fake.script.after.push((request) => {
        const there = request._tag === "Enter" && fake.requests.at(-1)?.instance === 2
        if (there && looks-- > 0) fake.say(2, 1, "as you look")
        return undefined
      })
      yield* TestClock.adjust("20 seconds")
      const results = yield* Effect.forEach(fibers, Fiber.join)
      assert.deepStrictEqual(
        results.map((one) => (one._tag === "Success" ? one.success.instance : one.failure._tag)),
        [1, "NoExit", 1, 2]
      )
      assert.isTrue([...fake.executed.values()].every((count) => count === 1))
      assert.deepStrictEqual(texts(told), ["bye", "before you look", "as you look", "there"])
      // The state is shown when all that led to it is told, and before what comes after it.
      const state = told.findLastIndex(({ _tag }) => _tag === "Snapshot")
      assert.deepStrictEqual(texts(told.slice(0, state)), ["bye", "before you look"])
      assert.deepStrictEqual(
        told.flatMap((one) => (one._tag === "Snapshot" ? [one.why] : [])),
        ["entered", "arrived"]
      )
    }).pipe(Effect.scoped)
  )

  it.effect("and somebody else plays its character meanwhile: it stays out, and says so", () =>
    Effect.gen(function* () {
      const { fake, wires } = yield* world
      const { character, client } = yield* inside("Ann", wires)
      wires.down = true
      yield* wires.cut
      fake.place(1).people.get(character)!.session = "another"
      wires.down = false
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual((yield* client.closed).why, "TakenOver")
      const error = yield* Effect.flip(client.submit("look"))
      assert.strictEqual(error._tag, "Closed")
    }).pipe(Effect.scoped)
  )
})

describe("the world is slow, or moves", () => {
  it.effect("too fast: it waits as told, and sends the same again", () =>
    Effect.gen(function* () {
      const { fake, wires } = yield* world
      const { client } = yield* inside("Ann", wires)
      let times = 2
      fake.script.before.push((request) =>
        request._tag === "Submit" && times-- > 0
          ? { _tag: "Denied", reason: new Rejected.Overloaded({ bound: "inbox", retryAfter: 700 }) }
          : undefined
      )
      const fiber = yield* Effect.forkChild(client.submit("say slowly"))
      yield* TestClock.adjust("1 second")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(fiber)).n, 1)
    }).pipe(Effect.scoped)
  )

  it.effect("for too long: it gives up, typed, and the next goes on without it", () =>
    Effect.gen(function* () {
      const { fake, wires } = yield* world
      const { client } = yield* inside("Ann", wires, { patience: 20_000 })
      fake.script.before.push((request) =>
        request._tag === "Submit"
          ? {
              _tag: "Denied",
              reason: new Rejected.Unavailable({ reason: "down", retryAfter: 1_000 })
            }
          : undefined
      )
      const fiber = yield* Effect.forkChild(Effect.result(client.submit("say never")))
      yield* TestClock.adjust("60 seconds")
      const result = yield* Fiber.join(fiber)
      assert.isTrue(result._tag === "Failure" && result.failure._tag === "Unavailable")
      fake.script.before.length = 0
      assert.strictEqual((yield* client.submit("say next")).n, 2)
      assert.strictEqual(fake.executed.size, 1)
    }).pipe(Effect.scoped)
  )

  it.effect(
    "it travels with its character, and answers from there wait for the feed from there",
    () =>
      Effect.gen(function* () {
        const { wires } = yield* world
        const { client, told } = yield* inside("Ann", wires)
        const fibers = []
        for (const word of ["travel 2", "look", "say there"]) {
          fibers.push(yield* Effect.forkChild(client.submit(word)))
        }
        const [, looked, said] = yield* Effect.forEach(fibers, Fiber.join)
        assert.strictEqual(looked?.instance, 2)
        assert.strictEqual(said?.instance, 2)
        assert.deepStrictEqual(kinds(told), [
          "Snapshot",
          "Event",
          "Arrived",
          "Event",
          "Snapshot",
          "Answer",
          "Event"
        ])
      }).pipe(Effect.scoped)
  )
})

describe("what a client is told", () => {
  it.effect("goes to everybody who listens, and to streams of Events", () =>
    Effect.gen(function* () {
      const { fake, wires } = yield* world
      const { client, told } = yield* inside("Ann", wires)
      const events = yield* Effect.forkChild(Stream.runHead(client.events))
      yield* Effect.yieldNow
      yield* eventually(() => fake.place(1).readers.size === 1)
      fake.say(1, 1, "to both")
      yield* eventually(() => texts(told).includes("to both"))
      const head = yield* Fiber.join(events)
      assert.isTrue(head._tag === "Some" && head.value._tag === "Said")
      assert.instanceOf(new Told.Closed({ why: "Left" }), Error)
    }).pipe(Effect.scoped)
  )
})

describe("a bot", () => {
  it.effect("plays a script, or by chance from a seed, and measures", () =>
    Effect.gen(function* () {
      const { fake, wires } = yield* world
      const { client } = yield* inside("Ann", wires)
      const report = yield* Bot.play(client, Bot.scripted(["say 1", "no", "look"]))
      assert.deepStrictEqual(
        { sent: report.sent, accepted: report.accepted, rejected: report.rejected },
        { sent: 3, accepted: 2, rejected: { NoExit: 1 } }
      )
      assert.strictEqual(Bot.percentile(report, 99), 0)
      const walk = Bot.random(["go 1", "go 2", "look"], 7)
      const same = Bot.random(["go 1", "go 2", "look"], 7)
      assert.deepStrictEqual(
        Array.from({ length: 20 }, (_, i) => walk(i)),
        Array.from({ length: 20 }, (_, i) => same(i))
      )
      yield* Bot.play(client, walk, { steps: 10 })
      assert.strictEqual(fake.executed.size, 13)
    }).pipe(Effect.scoped)
  )
})
