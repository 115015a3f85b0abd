import { assert, it } from "@effect/vitest"
import { explain } from "@wr2/server/Problem"
import { json, layer } from "@wr2/server/Telemetry"
import { ConfigProvider, Effect, Layer, Logger, Schema } from "effect"

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

/** With what is set in the environment. */
const started = (env: Readonly<Record<string, string>>) =>
  Layer.build(layer).pipe(
    Effect.scoped,
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env })))
  )

const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" }
const mistakes: ReadonlyArray<readonly [Record<string, string>, string]> = [
  [{ WR2_LOG: "xml" }, 'WR2_LOG: expected "json" | "pretty"'],
  [
    { WR2_LOG_LEVEL: "loud" },
    'WR2_LOG_LEVEL: expected "All" | "Fatal" | "Error" | "Warn" | "Info" | "Debug" | "Trace" | "None"'
  ],
  ...["nonsense", "localhost:4318", "grpc://collector:4317"].map(
    (endpoint) =>
      [
        { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
        "OTEL_EXPORTER_OTLP_ENDPOINT: a URL such as http://collector:4318"
      ] as const
  ),
  // Read by the exporters themselves.
  [
    { ...collector, OTEL_METRIC_EXPORT_INTERVAL: "often" },
    "OTEL_METRIC_EXPORT_INTERVAL: expected a string representing a finite number"
  ]
]
for (const [env, message] of mistakes) {
  it.effect(`what is wrong in the environment is told in one line: ${message}`, () =>
    Effect.gen(function* () {
      assert.strictEqual(explain(yield* Effect.flip(started(env))), message)
    })
  )
}

it.effect("nothing is sent where no collector is named", () =>
  Effect.gen(function* () {
    yield* started({})
    yield* started({ OTEL_EXPORTER_OTLP_ENDPOINT: "" })
  })
)
