/**
 * A process of a cluster whose instances do nothing: placement alone, to be killed and frozen by
 * tests. Answers over HTTP on PORT: /call?instance=7 (who owns it: a pid), /resident, /feed?instance=7&count=3,
 * /bench?instance=7&calls=1000&at=64. HOSTS=no makes it a gateway.
 */
import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { PgClient } from "@effect/sql-pg"
import { ClusterPlacement } from "@wr2/cluster"
import { type Messages, Placement } from "@wr2/engine"
import * as ClusterSocket from "@wr2/server/ClusterSocket"
import { Effect, Layer, Redacted, Schedule, Stream } from "effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"

const hosts = process.env["HOSTS"] !== "no"
const say = (what: string, instance: number) =>
  Effect.sync(() => process.stdout.write(`${Date.now()} ${what} ${instance}\n`))

/** Seqs of an imaginary log: every 20 ms of time is one Event. */
const head = () => Math.floor(Date.now() / 20)
const chunk = (after: number): Messages.Chunk => ({
  lineage: "one",
  upTo: head(),
  events: Array.from({ length: Math.min(head() - after, 50) }, (_, i) => ({
    seq: head() - Math.min(head() - after, 50) + i + 1,
    type: "Ticked",
    payload: "{}",
    streams: ["room:1"],
    at: Date.now(),
    commandId: null
  }))
})

const makeHost = Effect.sync((): Placement.InstanceHost => {
  const held = new Set<number>()
  return {
    call: (instance, request) =>
      Effect.gen(function* () {
        if (!held.has(instance)) {
          held.add(instance)
          yield* say("activate", instance)
        }
        if (request._tag === "Claim") return { _tag: "Lost" as const, ids: [process.pid] }
        return { _tag: "Done" as const }
      }),
    feed: (instance, after) => {
      let at = after
      return Stream.fromEffectSchedule(
        Effect.sync(() => {
          const next = chunk(at)
          at = next.upTo
          return next
        }),
        Schedule.spaced(20)
      ).pipe(Stream.takeWhile(() => held.has(instance)))
    },
    release: (instance) =>
      Effect.suspend(() =>
        held.delete(instance)
          ? Effect.andThen(Effect.sleep(20), say("release", instance))
          : Effect.void
      ),
    resident: Effect.sync(() => [...held])
  }
})

const query = Effect.map(
  HttpServerRequest.HttpServerRequest,
  (request) => new URL(request.url, "http://x").searchParams
)
const number = (of: URLSearchParams, name: string, otherwise: number) =>
  Number(of.get(name) ?? otherwise)

const Routes = HttpRouter.use(
  Effect.fn(function* (router) {
    const placement = yield* Placement.Placement
    const host = yield* makeHost
    if (hosts) yield* placement.host(host)
    yield* router.add(
      "GET",
      "/call",
      Effect.gen(function* () {
        const instance = number(yield* query, "instance", 1)
        const answer = yield* Effect.result(
          placement.call(instance, { _tag: "Claim", sessions: [] })
        )
        return answer._tag === "Success" && answer.success._tag === "Lost"
          ? HttpServerResponse.text(String(answer.success.ids[0]))
          : HttpServerResponse.text(JSON.stringify(answer), { status: 503 })
      })
    )
    yield* router.add(
      "GET",
      "/resident",
      Effect.map(host.resident, (ids) => HttpServerResponse.text(ids.join(" ")))
    )
    yield* router.add(
      "GET",
      "/feed",
      Effect.gen(function* () {
        const asked = yield* query
        const chunks = yield* placement.feed(number(asked, "instance", 1), head() - 10).pipe(
          Stream.takeUntil(() => false),
          Stream.take(number(asked, "count", 3)),
          Stream.runCollect,
          Effect.result
        )
        return HttpServerResponse.text(JSON.stringify(chunks))
      })
    )
    yield* router.add(
      "GET",
      "/bench",
      Effect.gen(function* () {
        const asked = yield* query
        const calls = number(asked, "calls", 1000)
        const started = performance.now()
        const request: Messages.Request = {
          _tag: "Submit",
          actor: { type: "Character", id: 7 },
          session: "abcdefgh",
          intents: [{ n: 1, settled: 0, text: "move east", command: null }],
          trace: null
        }
        yield* Effect.forEach(
          Array.from({ length: calls }, (_, i) => i),
          (i) => placement.call(number(asked, "instance", 1 + (i % 8)), request),
          { concurrency: number(asked, "at", 64), discard: true }
        )
        const took = performance.now() - started
        return HttpServerResponse.text(
          `${Math.round((calls / took) * 1000)} calls/s, ${Math.round((took / calls) * 1000)} us each`
        )
      })
    )
  })
)

const database = PgClient.layer({
  url: Redacted.make(process.env["DATABASE_URL"] ?? ""),
  maxConnections: 4
})
const cluster = hosts
  ? ClusterSocket.layerRunner({ host: "127.0.0.1", port: 0 })
  : ClusterSocket.layerClient

HttpRouter.serve(Routes, { disableLogger: true, disableListenLog: true }).pipe(
  // Innermost, so built last: a server that listens before its routes are there lets requests hang.
  Layer.provide(NodeHttpServer.layer(createServer, { port: Number(process.env["PORT"]) })),
  Layer.provide(ClusterPlacement.layer),
  Layer.provide(cluster),
  Layer.provide(ClusterSocket.layerMigrations),
  Layer.provide(database),
  Layer.launch,
  NodeRuntime.runMain
)
