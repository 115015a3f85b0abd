/** A keystroke's trace: from the gateway's process, through the runner's, to the Event, as a collector gets it. */
import { createServer } from "node:http"
import { assert, layer } from "@effect/vitest"
import * as Harness from "@wr2/testkit/Harness"
import { Effect, Option, Schema } from "effect"
import * as World from "./World.ts"

const Attribute = Schema.Struct({ key: Schema.String, value: Schema.Unknown })
const Span = Schema.Struct({
  traceId: Schema.String,
  spanId: Schema.String,
  parentSpanId: Schema.optionalKey(Schema.String),
  name: Schema.String
})
const Sent = Schema.fromJsonString(
  Schema.Struct({
    resourceSpans: Schema.Array(
      Schema.Struct({
        resource: Schema.Struct({ attributes: Schema.Array(Attribute) }),
        scopeSpans: Schema.Array(Schema.Struct({ spans: Schema.Array(Span) }))
      })
    )
  })
)

interface Found {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly process: string
}

/** An OpenTelemetry collector that keeps what it gets. */
const collector = Effect.gen(function* () {
  const spans: Array<Found> = []
  const decode = Schema.decodeUnknownOption(Sent)
  const keep = (body: string) => {
    for (const sent of Option.toArray(decode(body))) {
      for (const { resource, scopeSpans } of sent.resourceSpans) {
        const process = JSON.stringify(resource.attributes).includes("gateway")
          ? "gateway"
          : "runner"
        spans.push(
          ...scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, process })))
        )
      }
    }
  }
  const port = yield* Harness.freePort
  yield* Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer((request, response) => {
        let body = ""
        request.on("data", (chunk) => (body += String(chunk)))
        request.on("end", () => {
          if (request.url === "/v1/traces") keep(body)
          response.end("{}")
        })
      })
      server.listen(port, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => (server.closeAllConnections(), server.close()))
  )
  return { url: `http://127.0.0.1:${port}`, spans }
})

layer(World.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
  it.effect(
    "one trace from keystroke to Event across two processes",
    () =>
      Effect.gen(function* () {
        const { url } = yield* World.TestWorld
        const { spans, url: endpoint } = yield* collector
        const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_BSP_SCHEDULE_DELAY: "200" }
        const process = (role: "gateway" | "runner") =>
          Harness.serve({
            role,
            database: url,
            env: { ...env, OTEL_RESOURCE_ATTRIBUTES: `wr2.role=${role}` }
          })
        yield* process("runner")
        const gateway = yield* process("gateway")
        const player = yield* Harness.start({
          name: "player",
          script: Harness.wr2,
          args: ["play", "--url", gateway.url, "--name", "tracy", "--character", "Tracy"],
          env: { WR2_PASSWORD: "a long password" },
          input: "say hello\nquit\n"
        })
        yield* player.ended
        assert.include(player.output(), "You say: hello")

        const of = (name: string) => spans.filter((span) => span.name === name)
        yield* Harness.waitUntil(
          "the spans have arrived",
          Effect.sync(() => of("wr2.event Said").length > 0 && of("wr2.gateway.Submit").length > 0),
          {
            explain: () =>
              [...new Set(spans.map((span) => `${span.process} ${span.name}`))].join("\n")
          }
        )
        const event = of("wr2.event Said")[0]!
        assert.strictEqual(event.process, "runner")
        const submit = spans.find(
          (span) => span.traceId === event.traceId && span.name === "wr2.gateway.Submit"
        )
        assert.strictEqual(submit?.process, "gateway")
        const path: Array<string> = []
        let at: Found | undefined = event
        while (at !== undefined) {
          path.unshift(at.name)
          const above: string | undefined = at.parentSpanId
          at = spans.find((span) => span.spanId === above)
        }
        console.info(`measured: the path of a keystroke: ${path.join(" > ")}`)
        assert.includeMembers(path, ["wr2.gateway.Submit", "wr2.submit", "wr2.commit"])
      }).pipe(Effect.scoped),
    60_000
  )
})
