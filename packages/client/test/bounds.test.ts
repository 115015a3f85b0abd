/** What a client may be set to, pushed past. */
import { assert, it } from "@effect/vitest"
import { Wr2Client } from "@wr2/client"
import { Clock, Effect, Fiber, Stream } from "effect"
import { TestClock } from "effect/testing"
import { eventually, settle } from "../../gateway/test/fixture/Player.ts"
import { codec, inside, password, world } from "./fixture.ts"

it.effect("a call waits callWithin for a connection, then it is Offline", () =>
  Effect.gen(function* () {
    const { wires } = yield* world
    wires.down = true
    const client = yield* Effect.provide(Wr2Client.make(codec, { callWithin: 3_000 }), wires.layer)
    const began = yield* Clock.currentTimeMillis
    const call = yield* client.login("ann", password).pipe(Effect.flip, Effect.forkChild)
    yield* TestClock.adjust("2900 millis")
    assert.isUndefined(call.pollUnsafe())
    yield* TestClock.adjust("100 millis")
    assert.strictEqual((yield* Fiber.join(call))._tag, "Offline")
    assert.strictEqual((yield* Clock.currentTimeMillis) - began, 3_000)
  }).pipe(Effect.scoped)
)

it.effect("it connects again after retryFirst, twice that ..., at most retryMax", () =>
  Effect.gen(function* () {
    const { wires } = yield* world
    const options = { retryFirst: 100, retryMax: 1_000 }
    const { client, told } = yield* inside("Ann", wires, options)
    wires.down = true
    yield* wires.cut
    for (let i = 0; i < 100; i++) yield* TestClock.adjust("100 millis")
    const waits = told.flatMap((one) =>
      one._tag === "Status" && one.status._tag === "Waiting" ? [one.status.forMillis] : []
    )
    // Half of each is by chance: many clients do not come all together.
    const most = [100, 200, 400, 800, 1_000, 1_000, 1_000]
    most.forEach((wait, i) => {
      assert.isAtMost(waits[i]!, wait, `${i}`)
      assert.isAtLeast(waits[i]!, wait / 2, `${i}`)
    })
    wires.down = false
    yield* TestClock.adjust("1 second")
    assert.isAtLeast(yield* client.ping, 0)
  }).pipe(Effect.scoped)
)

it.effect("so much waits for who listens (buffer); then the feed waits, and nothing is lost", () =>
  Effect.gen(function* () {
    const { fake, wires } = yield* world
    const { client, told } = yield* inside("Ann", wires, { buffer: 4 })
    yield* eventually(() => fake.place(1).readers.size === 1)
    yield* settle
    // It has asked to be told, and does not look.
    const slow = yield* client.listen
    const before = told.length
    for (let i = 1; i <= 30; i++) fake.say(1, 1, `${i}`)
    yield* settle
    assert.isAtMost(told.length - before, 8)
    const late: Array<string> = []
    yield* Effect.forkChild(
      Stream.runForEach(slow, (one) =>
        Effect.sync(() => {
          if (one._tag === "Event") late.push((one.event as { readonly text?: string }).text ?? "")
        })
      )
    )
    yield* eventually(() => late.length === 30)
    assert.deepStrictEqual(
      late,
      Array.from({ length: 30 }, (_, i) => `${i + 1}`)
    )
  }).pipe(Effect.scoped)
)
