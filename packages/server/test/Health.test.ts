import { assert, it } from "@effect/vitest"
import * as Health from "@wr2/server/Health"
import { Effect, Schedule } from "effect"
import { HttpRouter } from "effect/http"

it.live("one look at the database serves all who ask at the same time", () =>
  Effect.gen(function* () {
    let looks = 0
    const database = Effect.sync(() => ++looks > 0).pipe(Effect.delay("20 millis"))
    const { dispose, handler } = HttpRouter.toWebHandler(Health.layer({ database }), {
      disableLogger: true
    })
    const ask = Effect.promise(() => handler(new Request("http://localhost/readyz")))
    const answers = yield* Effect.all(
      Array.from({ length: 100 }, () => ask),
      { concurrency: "unbounded" }
    )
    for (const answer of answers) assert.strictEqual(answer.status, 200)
    assert.strictEqual(looks, 1)
    // And not for ever.
    yield* Effect.repeat(ask, { until: () => looks > 1, schedule: Schedule.spaced("50 millis") })
    yield* Effect.promise(dispose)
  })
)
