/**
 * What an operator can set, all of it by environment variables: one list, from which --help is
 * printed, and one value, read and checked before anything is started.
 */
import * as Limits from "@wr2/engine/Limits"
import * as GatewayLimits from "@wr2/gateway/GatewayLimits"
import type * as RetentionPolicy from "@wr2/postgres/RetentionPolicy"
import { Config as C, Effect, Option, Result, Schema, type Redacted } from "effect"
import { IpNetwork } from "effect/net"
import * as Bounds from "./Bounds.ts"
import * as Keeping from "./Keeping.ts"
import { explain, Problem } from "./Problem.ts"

/** A variable as --help shows it. */
export interface Variable {
  readonly name: string
  readonly help: string
}

/** Every variable that the server reads. */
export const variables: ReadonlyArray<Variable> = [
  {
    name: "DATABASE_URL",
    help: "PostgreSQL 17 or newer, postgres://user:password@host:port/database. start: its own, in WR2_HOME"
  },
  { name: "PORT", help: "where clients connect. 8080; serve: a free one if 8080 is taken" },
  { name: "HOST", help: "the address to listen on. start: 127.0.0.1; serve: 0.0.0.0" },
  {
    name: "WR2_OPS_PORT",
    help: "a port of its own for /healthz, /readyz and /metrics, which are then not on PORT"
  },
  { name: "WR2_OPS_HOST", help: "the address that it is on. HOST" },
  {
    name: "WR2_PROXIES",
    help: "networks of proxies before this server, whose X-Forwarded-For is believed, as in 10.0.0.0/8,127.0.0.1/32. None"
  },
  { name: "WR2_HOME", help: "start: the folder for the database. .wr2" },
  { name: "WR2_CONTENT", help: "the folder with the world's files. The sample world" },
  {
    name: "WR2_SECRET",
    help: "what seals clients' cursors, 16 characters or more; all gateways of a world share it. Made once, and kept in the database"
  },
  {
    name: "WR2_RUNNER_HOST",
    help: "the address under which other processes of the world reach this one. The one that faces the database"
  },
  { name: "WR2_RUNNER_PORT", help: "its port. A free one" },
  { name: "WR2_CONNECTIONS", help: "connections to the database for executing Actions. 4" },
  {
    name: "WR2_LIMITS",
    help: 'bounds of the engine, as in {"batchMax":64} (docs/operating.md)'
  },
  {
    name: "WR2_GATEWAY_LIMITS",
    help: 'bounds of the gateway, as in {"connectionsMax":5000,"commands":{"burst":50,"everyMillis":100}}'
  },
  {
    name: "WR2_RETENTION",
    help: 'how long history is kept, as in {"days":30,"gigabytes":50} (docs/operating.md). For ever'
  },
  { name: "WR2_DRAIN_MS", help: "how long stopping in order may take, in milliseconds. 12000" },
  { name: "WR2_LOG", help: "json or pretty. pretty on a terminal" },
  { name: "WR2_LOG_LEVEL", help: "Debug, Info, Warn or Error. Info" },
  {
    name: "OTEL_EXPORTER_OTLP_ENDPOINT",
    help: "where traces, metrics and logs are sent (with the other OTEL_ variables)"
  }
]

/** The server's settings. */
export interface Config {
  readonly database: Redacted.Redacted | undefined
  readonly port: number | undefined
  readonly host: string | undefined
  /** Where operators look, if that is not where clients connect. */
  readonly ops: { readonly host: string | undefined; readonly port: number } | undefined
  readonly opsHost: string | undefined
  readonly proxies: ReadonlyArray<IpNetwork.IpNetwork>
  readonly home: string
  readonly content: string | undefined
  readonly secret: Redacted.Redacted | undefined
  readonly runnerHost: string | undefined
  readonly runnerPort: number
  readonly limits: Limits.Limits
  readonly gatewayLimits: GatewayLimits.GatewayLimits
  readonly retention: RetentionPolicy.RetentionPolicy
  readonly drainWithin: number
}

const PortNumber = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))
const Milliseconds = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 600_000 }))
const Connections = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 256 }))
const isDatabase = (text: string): boolean =>
  URL.canParse(text) && ["postgres:", "postgresql:"].includes(new URL(text).protocol)

const DatabaseText = Schema.String.check(
  Schema.makeFilter(
    (text) => isDatabase(text) || "a URL such as postgres://user:password@host:5432/database"
  )
)

/** What can be guessed seals nothing. */
const Secret = Schema.String.check(Schema.isMinLength(16, { message: "16 characters or more" }))

const parts = (text: string): ReadonlyArray<string> => text.split(",").map((part) => part.trim())

const Networks = Schema.String.check(
  Schema.makeFilter(
    (text) =>
      parts(text).every((part) => Result.isSuccess(IpNetwork.fromString(part))) ||
      "networks such as 10.0.0.0/8, separated by commas"
  )
)

const optional = <A>(config: C.Config<A>): C.Config<A | undefined> =>
  C.map(C.option(config), Option.getOrUndefined)

const config: C.Config<Config> = C.all({
  database: optional(C.schema(Schema.RedactedFromValue(DatabaseText), "DATABASE_URL")),
  port: optional(C.schema(PortNumber, "PORT")),
  host: optional(C.NonEmptyString("HOST")),
  proxies: C.map(optional(C.schema(Networks, "WR2_PROXIES")), (text) =>
    text === undefined ? [] : parts(text).map(IpNetwork.fromStringUnsafe)
  ),
  home: C.withDefault(C.NonEmptyString("WR2_HOME"), ".wr2"),
  content: optional(C.NonEmptyString("WR2_CONTENT")),
  secret: optional(C.schema(Schema.RedactedFromValue(Secret), "WR2_SECRET")),
  runnerHost: optional(C.NonEmptyString("WR2_RUNNER_HOST")),
  runnerPort: C.withDefault(C.schema(PortNumber, "WR2_RUNNER_PORT"), 0),
  drainWithin: C.withDefault(C.schema(Milliseconds, "WR2_DRAIN_MS"), 12_000),
  executors: optional(C.schema(Connections, "WR2_CONNECTIONS")),
  opsPort: optional(C.schema(PortNumber, "WR2_OPS_PORT")),
  opsHost: optional(C.NonEmptyString("WR2_OPS_HOST")),
  limits: optional(C.schema(Bounds.some(Limits.defaults), "WR2_LIMITS")),
  gatewayLimits: optional(C.schema(Bounds.some(GatewayLimits.defaults), "WR2_GATEWAY_LIMITS")),
  retention: C.map(optional(C.schema(Keeping.Keeping, "WR2_RETENTION")), Keeping.policyOf)
}).pipe(
  C.map(({ executors, gatewayLimits, limits, opsPort, ...rest }) => ({
    ...rest,
    ops: opsPort === undefined ? undefined : { host: rest.opsHost ?? rest.host, port: opsPort },
    limits: {
      ...Limits.defaults,
      ...(executors === undefined ? {} : { executors }),
      ...limits
    },
    gatewayLimits: { ...GatewayLimits.defaults, ...gatewayLimits }
  }))
)

/** Reads the environment, or says in one line what is wrong with it. */
export const load: Effect.Effect<Config, Problem> = Effect.mapError(
  config,
  (error) => new Problem({ message: explain(error) })
).pipe(
  Effect.tap(({ gatewayLimits, limits, ops, opsHost }) => {
    const engine = Bounds.wrongLimits(limits)
    const gateway = Bounds.wrongGatewayLimits(gatewayLimits, limits)
    if (opsHost !== undefined && ops === undefined)
      return new Problem({ message: "WR2_OPS_HOST: set WR2_OPS_PORT as well" })
    if (engine !== undefined) return new Problem({ message: `WR2_LIMITS: ${engine}` })
    if (gateway !== undefined) return new Problem({ message: `WR2_GATEWAY_LIMITS: ${gateway}` })
    return Effect.void
  })
)
