/**
 * Logs, traces and metrics of a process, for people and for machines.
 *
 * On a terminal, logs are for reading; elsewhere one JSON object a line, with the ids of the trace
 * and span in which it was said. With OTEL_EXPORTER_OTLP_ENDPOINT, traces, metrics and logs go there;
 * a keystroke's trace reaches from the gateway to the Events of its Actions, whatever process runs
 * them (Messages.Trace).
 */
import {
  Cause,
  Config,
  ConfigProvider,
  Context,
  Effect,
  Layer,
  Logger,
  Option,
  Predicate,
  References,
  Schema,
  Tracer
} from "effect"
import { explain, Problem } from "./Problem.ts"

const printable = (value: unknown): unknown =>
  value instanceof Error ? { name: value.name, message: value.message } : value

const isFields = (part: unknown): part is Readonly<Record<string, unknown>> =>
  Predicate.isObject(part) && Object.getPrototypeOf(part) === Object.prototype

/** A log entry as one line of JSON: what was said, and the fields that were said with it. */
export const json = Logger.make<unknown, string>(({ cause, date, fiber, logLevel, message }) => {
  const parts: ReadonlyArray<unknown> = Array.isArray(message) ? message : [message]
  const others = parts.filter((part) => typeof part !== "string" && !isFields(part))
  const span = Context.getOrUndefined(fiber.context, Tracer.ParentSpan)
  return JSON.stringify(
    {
      ...Object.assign({}, ...parts.filter(isFields)),
      ...fiber.getRef(References.CurrentLogAnnotations),
      time: date.toISOString(),
      level: logLevel,
      message: parts.filter((part) => typeof part === "string").join(" "),
      ...(others.length === 0 ? {} : { values: others }),
      ...(span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId }),
      ...(cause.reasons.length === 0 ? {} : { cause: Cause.pretty(cause) })
    },
    // What a log entry holds may be anything, and must not make it fail.
    (_, value: unknown) => (typeof value === "bigint" ? String(value) : printable(value))
  )
})

const toOutput = <Message>(logger: Logger.Logger<Message, string>) =>
  Logger.map(logger, (line) => {
    process.stdout.write(`${line}\n`)
  })

/** Where a collector is. Set to nothing is not set, as OpenTelemetry has it. */
const Endpoint = Schema.String.check(
  Schema.makeFilter(
    (text) =>
      text === "" ||
      (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) ||
      "a URL such as http://collector:4318"
  )
)

const settings = Config.all({
  format: Config.option(Config.Literals(["json", "pretty"], "WR2_LOG")),
  level: Config.withDefault(Config.LogLevel("WR2_LOG_LEVEL"), "Info" as const),
  endpoint: Config.withDefault(Config.schema(Endpoint, "OTEL_EXPORTER_OTLP_ENDPOINT"), "")
})

/** Sent to a collector; loaded only where it is wanted. */
const exporting = Layer.unwrap(
  Effect.all([
    Effect.promise(() => import("effect/observability/Otlp")),
    Effect.promise(() => import("effect/observability/OtlpSerialization")),
    Effect.promise(() => import("effect/http/FetchHttpClient"))
  ]).pipe(
    Effect.map(([Otlp, OtlpSerialization, FetchHttpClient]) =>
      Otlp.layerFromConfig({ resource: { serviceName: "wr2" } }).pipe(
        Layer.provide([OtlpSerialization.layerJson, FetchHttpClient.layer]),
        // As OpenTelemetry has it: who names an endpoint and no exporters means OTLP for all of them.
        Layer.provide(
          ConfigProvider.layerAdd(
            ConfigProvider.fromUnknown({
              OTEL_TRACES_EXPORTER: ["otlp"],
              OTEL_METRICS_EXPORTER: ["otlp"],
              OTEL_LOGS_EXPORTER: ["otlp"]
            })
          )
        )
      )
    )
  )
).pipe(
  // The exporters read the other OTEL_ variables, and die of what is wrong with them.
  Layer.catchCause((cause) => {
    const wrong = cause.reasons.find(
      (reason) => Cause.isDieReason(reason) && reason.defect instanceof Config.ConfigError
    )
    return Layer.effectDiscard(
      wrong !== undefined && Cause.isDieReason(wrong)
        ? Effect.fail(new Problem({ message: explain(wrong.defect) }))
        : Effect.failCause(cause)
    )
  })
)

/** Sets loggers, level and exporters from the environment, or says in one line what is wrong with it. */
export const layer: Layer.Layer<never, Problem> = Layer.unwrap(
  Effect.gen(function* () {
    const { endpoint, format, level } = yield* Effect.mapError(
      settings,
      (error) => new Problem({ message: explain(error) })
    )
    const wanted = Option.getOrElse(format, () => (process.stdout.isTTY ? "pretty" : "json"))
    const logger = wanted === "json" ? toOutput(json) : Logger.consolePretty()
    return Layer.mergeAll(
      Logger.layer([logger]),
      Layer.succeed(References.MinimumLogLevel, level),
      endpoint === "" ? Layer.empty : exporting
    )
  })
)
