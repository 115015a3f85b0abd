import { assert, it } from "@effect/vitest"
import { json } from "@wr2/server/Telemetry"
import { Effect, Logger, Schema } from "effect"

const parse = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown))
)

/** What a program logs, as a machine reads it. */
const logged = (program: Effect.Effect<unknown>) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const logger = Logger.map(json, (line) => {
      lines.push(line)
    })
    yield* Effect.provide(program, Logger.layer([logger]))
    return lines.map((line) => parse(line))
  })

it.effect("a log entry is one line of JSON with the trace it belongs to", () =>
  Effect.gen(function* () {
    const program = Effect.gen(function* () {
      yield* Effect.logInfo("ready", { port: 8080, at: new Error("x"), big: 7n })
      const span = yield* Effect.currentSpan
      return span.traceId
    }).pipe(Effect.annotateLogs({ instance: 7 }), Effect.withSpan("here"))
    let trace = ""
    const [entry] = yield* logged(Effect.map(program, (id) => (trace = id)).pipe(Effect.orDie))
    assert.include(entry!, { level: "Info", message: "ready", port: 8080, instance: 7, big: "7" })
    assert.strictEqual(entry!["traceId"], trace)
    assert.deepStrictEqual(entry!["at"], { name: "Error", message: "x" })
  })
)

it.effect("a failure is told with its cause, and no field hides what is always there", () =>
  Effect.gen(function* () {
    const [entry] = yield* logged(
      Effect.fail("no").pipe(
        Effect.catchCause((cause) =>
          Effect.logError("it failed", cause, { message: "hidden", level: 9 })
        )
      )
    )
    assert.include(entry!, { level: "Error", message: "it failed" })
    assert.match(String(entry!["cause"]), /no/)
  })
)
