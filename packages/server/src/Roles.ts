/**
 * What a process does, as layers. Every role joins the cluster; the one process of `npm start` too,
 * so that a second one on the same database shares the work instead of fighting over it.
 *
 * From the outside in, which is the order of starting, and of stopping reversed: database, cluster,
 * placement, engine, gateway, HTTP.
 */
import { hostname } from "node:os"
import { ClusterPlacement, Waker } from "@wr2/cluster"
import { Consumers, Engine, InstanceStore, Limits, Runner } from "@wr2/engine"
import { Gateway, GatewayLimits } from "@wr2/gateway"
import { Database, Migrations, Postgres, Retention, Settings } from "@wr2/postgres"
import { Effect, Layer, Redacted } from "effect"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import * as HttpRouter from "effect/http/HttpRouter"
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics"
import * as Authored from "./Authored.ts"
import * as ClusterSocket from "./ClusterSocket.ts"
import type { Config } from "./Config.ts"
import * as DecideGuard from "./DecideGuard.ts"
import { facing } from "./Facing.ts"
import * as Health from "./Health.ts"
import * as Http from "./Http.ts"
import * as Page from "./Page.ts"
import * as Passwords from "./Passwords.ts"
import * as Secrets from "./Secrets.ts"
import * as World from "./World.ts"

/** What a process does: hosts instances, holds clients' connections, or both. */
export type Role = "all" | "gateway" | "runner"

/** What a role is made from. */
export interface Options {
  readonly role: Role
  readonly config: Config
  readonly world: World.Loaded
  readonly database: Redacted.Redacted
  readonly place: Http.Place
  /** Where operators look, if that is not where clients connect. */
  readonly ops: Http.Place | undefined
  /** Whether the schema may be brought up to date; otherwise it is only checked. */
  readonly migrate: boolean
}

/** Connections besides the executors': the cluster keeps one for its locks; the rest is start-up and health. */
const clientConnections = 6

/** Brings the schema up to date; answers what was applied. The server's version is looked at first. */
export const migrate = Effect.fnUntraced(function* () {
  yield* Layer.build(Database.layer)
  const applied = yield* Effect.flatMap(World.migrations, Migrations.run)
  yield* Layer.build(ClusterSocket.layerMigrations)
  return applied
}, Effect.scoped)

/** The database: migrated if allowed, with the world in it. */
const prepared = ({ migrate: allowed, role, world }: Options) =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      if (allowed) {
        const applied = yield* migrate()
        if (applied.length > 0) yield* Effect.logInfo("the database is migrated", { applied })
      }
      if (role !== "gateway") yield* Authored.begin(world.content)
      yield* Authored.sync(world.content)
    })
  )

/** All that the world consists of is there, also what is applied while it runs. */
const founded = (world: World.Loaded) =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const store = yield* InstanceStore.InstanceStore
      yield* World.found(world, store)
      yield* Effect.forkScoped(Authored.follow(world.content, World.found(world, store)))
    })
  )

/** Shows what the world consists of now. */
const following = ({ role, world }: Options) =>
  role === "gateway"
    ? Layer.effectDiscard(Effect.forkScoped(Authored.follow(world.content, Effect.void)))
    : Layer.empty

const cluster = ({ config, database, role }: Options) =>
  role === "gateway"
    ? ClusterSocket.layerClient
    : Layer.unwrap(
        Effect.map(
          config.runnerHost === undefined
            ? facing(new URL(Redacted.value(database)).hostname)
            : Effect.succeed(config.runnerHost),
          (host) => ClusterSocket.layerRunner({ host, port: config.runnerPort })
        )
      )

/** Hosts instances. */
const hosting = ({ config, world }: Options) =>
  // Draining is on top: the engine is whole while its instances leave.
  Layer.mergeAll(
    ClusterPlacement.layerDrain,
    Waker.layer,
    Retention.layer(config.retention, world.game.aggregates)
  ).pipe(
    Layer.provide(Engine.layer(world.game).pipe(Layer.provide(Consumers.layer(world.game)))),
    Layer.provide(founded(world)),
    Layer.provide(DecideGuard.layer)
  )

/** Holds clients' connections. */
const serving = ({ config, world }: Options) => {
  const secret = config.secret === undefined ? Secrets.kept : Effect.succeed(config.secret)
  return Layer.mergeAll(
    Gateway.layer(world.game, { home: world.home }),
    Page.layer(world.name)
  ).pipe(Layer.provide([Passwords.layer, Layer.unwrap(Effect.map(secret, Secrets.layer))]))
}

const health = ({ role }: Options) =>
  Layer.mergeAll(
    Layer.unwrap(Effect.map(Health.checks(role), Health.layer)),
    PrometheusMetrics.layerHttp({ path: "/metrics" })
  )

const untraced = HttpMiddleware.layerTracerDisabledForUrls(["/healthz", "/readyz", "/metrics"])
const quiet = { disableLogger: true, disableListenLog: true } as const

/** Health and metrics at a place of their own. */
const apart = (options: Options, place: Http.Place) =>
  HttpRouter.serve(health(options), quiet).pipe(
    Layer.provide(untraced),
    Layer.provide(Http.layer(place, { maxPayload: 1_024, connectionsMax: 0 }))
  )

/** What this role shows at the place where clients connect. */
const routes = (options: Options) => {
  const open = options.role === "runner" ? Layer.empty : serving(options)
  return options.ops === undefined ? Layer.mergeAll(health(options), open) : open
}

/** Everything that a process of this role runs, on the services of the database. */
const running = (options: Options) => {
  const { frameBytesMax, connectionsMax } = options.config.gatewayLimits
  const main = HttpRouter.serve(routes(options), {
    ...quiet,
    middleware: HttpMiddleware.xForwardedHeaders({ trustedProxies: options.config.proxies })
  }).pipe(
    Layer.provide(untraced),
    Layer.provide(Http.layer(options.place, { maxPayload: frameBytesMax, connectionsMax }))
  )
  const shown = options.ops === undefined ? main : Layer.mergeAll(apart(options, options.ops), main)
  return Layer.merge(shown, following(options)).pipe(
    Layer.provide(options.role === "gateway" ? Layer.empty : hosting(options)),
    Layer.provide(ClusterPlacement.layer),
    Layer.provide(cluster(options))
  )
}

/** A process of a role, from the URL of its database. */
export const layer = (options: Options) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { incarnation } = yield* Runner.Runner
      // By this name an operator finds the process's sessions in pg_stat_activity.
      const name = `${hostname()}-${process.pid}`
      const settings = { ...(yield* Settings.Settings), runner: name }
      return running(options).pipe(
        Layer.provide(Postgres.layerPorts(options.world.game)),
        Layer.provide(prepared(options)),
        Layer.provide(
          Postgres.client({
            url: options.database,
            runner: name,
            maxConnections: clientConnections
          })
        ),
        Layer.provide([
          Layer.succeed(Runner.Runner, { name, incarnation }),
          Layer.succeed(Settings.Settings, settings),
          Layer.succeed(Limits.Limits, options.config.limits),
          Layer.succeed(GatewayLimits.GatewayLimits, options.config.gatewayLimits)
        ])
      )
    })
  )
