/** How connections that cannot be opened are asked for: ever less often, and never later than a bound. */
import { assert, it } from "@effect/vitest"
import * as OffClock from "@wr2/testkit/OffClock"
import { Clock, Effect, Fiber } from "effect"
import { ConnectionError, SqlError } from "effect/sql/SqlError"
import { TestClock } from "effect/testing"
import * as Lanes from "../src/Lanes.ts"

const away = new SqlError({ reason: new ConnectionError({ cause: new Error("nobody listens") }) })

it.effect(
  "who finds no server is told so, Transient; it is dialled after reconnectFirst, twice that ..., at most reconnectMax",
  () =>
    Effect.gen(function* () {
      const dialled: Array<number> = []
      let isThere = false
      const dial = () =>
        Effect.flatMap(Clock.currentTimeMillis, (at) => {
          dialled.push(at)
          return isThere ? Effect.succeed({} as never) : Effect.fail(away)
        })
      const lanes = yield* Lanes.make({
        config: {} as never,
        size: 2,
        within: 60_000,
        reconnectFirst: 100,
        reconnectMax: 400
      }).pipe(Effect.provideService(Lanes.Dial, dial))
      const ask = Effect.forkChild(Effect.result(lanes.use(() => Effect.succeed("served"))))
      const gaps = () => dialled.slice(1).map((at, i) => at - dialled[i]!)
      for (let i = 0; i < 6; i++) {
        const asked = yield* ask
        yield* TestClock.adjust(1_000)
        const answer = yield* Fiber.join(asked)
        assert.isTrue(answer._tag === "Failure" && answer.failure.reason === "Transient")
      }
      // Who asks at once when it failed waits for as long; a second after, nobody does.
      assert.deepStrictEqual(gaps(), [1_000, 1_000, 1_000, 1_000, 1_000])
      const impatient = yield* Effect.forkChild(
        Effect.forEach([1, 2, 3, 4], () => Effect.result(lanes.use(() => Effect.void)))
      )
      dialled.length = 0
      yield* TestClock.adjust(5_000)
      yield* Fiber.join(impatient)
      assert.deepStrictEqual(gaps(), [400, 400, 400])
      // One that is there again ends it: the next failure is a first one.
      isThere = true
      yield* TestClock.adjust(1_000)
      assert.strictEqual(yield* lanes.use(() => Effect.succeed("served")), "served")
      isThere = false
      const broken = lanes.use(() => Effect.fail(away))
      yield* Effect.ignore(broken)
      dialled.length = 0
      const again = yield* Effect.forkChild(
        Effect.forEach([1, 2, 3, 4, 5], () => Effect.result(lanes.use(() => Effect.void)))
      )
      yield* TestClock.adjust(5_000)
      yield* Fiber.join(again)
      assert.deepStrictEqual(gaps(), [100, 200, 400, 400])
    })
)

it.effect("is dialled in time, also where the time of day is put back by minutes", () =>
  Effect.gen(function* () {
    const { clock, off } = yield* OffClock.make
    off.millis = 300_000
    let isThere = false
    const lanes = yield* Lanes.make({
      config: {} as never,
      size: 1,
      within: 60_000,
      reconnectFirst: 100,
      reconnectMax: 400
    }).pipe(
      Effect.provideService(Lanes.Dial, () =>
        isThere ? Effect.succeed({} as never) : Effect.fail(away)
      ),
      Effect.provideService(Clock.Clock, clock)
    )
    yield* Effect.flip(lanes.use(() => Effect.void))
    off.millis = 0
    isThere = true
    const asked = yield* Effect.forkChild(lanes.use(() => Effect.succeed("served")))
    yield* TestClock.adjust(400)
    assert.strictEqual(asked.pollUnsafe()?._tag, "Success")
  })
)
