/** The gateway over a real websocket: hostile bytes, too many, too large, too silent, and an honest client. */
import { createServer } from "node:http"
import { connect as tcp, type Socket as TcpSocket } from "node:net"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, describe, it } from "@effect/vitest"
import { Gateway } from "@wr2/gateway"
import { GatewayRpcs } from "@wr2/protocol"
import { Effect, Layer, Redacted, References, type Scope } from "effect"
import { HttpRouter, HttpServer } from "effect/http"
import { RpcClient, RpcSerialization } from "effect/rpc"
import { Socket } from "effect/socket"
import { GatewayLimits } from "../src/GatewayLimits.ts"
import { FakeWorld } from "./fixture/FakeWorld.ts"
import { ground, memoryAccounts } from "./fixture/Fixture.ts"
import { tavern } from "./fixture/Tavern.ts"

const serve = (limits: Partial<GatewayLimits> = {}) =>
  Effect.gen(function* () {
    const world = new FakeWorld()
    const memory = memoryAccounts()
    const served = HttpRouter.serve(Gateway.layer(tavern, { home: 1 }), {
      disableLogger: true,
      disableListenLog: true
    }).pipe(
      Layer.provide([ground(memory), world.layer]),
      Layer.provideMerge(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
    )
    const context = yield* Layer.build(served).pipe(
      Effect.updateService(GatewayLimits, (defaults) => ({ ...defaults, ...limits }))
    )
    const { address } = yield* Effect.provideContext(HttpServer.HttpServer, context)
    const port = (address as { readonly port: number }).port
    return { world, memory, port, url: `ws://127.0.0.1:${port}/rpc` }
  })

/** An honest client. */
const dial = (url: string) =>
  Effect.gen(function* () {
    const protocol = yield* Layer.build(
      RpcClient.layerProtocolSocket().pipe(
        Layer.provide(Socket.layerWebSocket(url)),
        Layer.provide([Socket.layerWebSocketConstructorGlobal, RpcSerialization.layerJson])
      )
    )
    return yield* Effect.provideContext(RpcClient.make(GatewayRpcs.GatewayRpcs), protocol)
  })

/** A websocket as it is: what it was told, and how it ended. */
interface Raw {
  readonly ws: WebSocket
  readonly told: Array<string>
}
const raw = (url: string): Effect.Effect<Raw, string, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<Raw, string>((resume) => {
      const ws = new WebSocket(url)
      const told: Array<string> = []
      ws.addEventListener("message", ({ data }) => told.push(String(data)))
      ws.addEventListener("open", () => resume(Effect.succeed({ ws, told })))
      ws.addEventListener("error", () => resume(Effect.fail("refused")))
    }),
    ({ ws }) => Effect.sync(() => ws.close())
  )
const closed = ({ ws }: Raw) =>
  Effect.callback<number>((resume) => {
    if (ws.readyState === ws.CLOSED) return resume(Effect.succeed(0))
    ws.addEventListener("close", ({ code }) => resume(Effect.succeed(code)))
  }).pipe(Effect.timeout("5 seconds"))
const said = (one: Raw, holds: (told: ReadonlyArray<string>) => boolean) =>
  Effect.callback<void>((resume) => {
    const look = () => holds(one.told) && resume(Effect.void)
    one.ws.addEventListener("message", look)
    look()
  }).pipe(Effect.timeout("5 seconds"))

const hello = JSON.stringify({
  _tag: "Request",
  id: "1",
  tag: "Hello",
  payload: { protocol: 1, game: null, client: "raw" },
  headers: []
})

const upgrade =
  "GET /rpc HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

describe("the gateway's websocket", () => {
  it.live("serves an honest client", () =>
    Effect.gen(function* () {
      const { url, world } = yield* serve()
      const client = yield* dial(url)
      const welcome = yield* client.Hello({
        protocol: GatewayRpcs.version,
        game: "tavern",
        client: "test"
      })
      assert.strictEqual(welcome.intentsPerFrame, 64)
      const login = yield* client.Register({
        name: "ann",
        password: Redacted.make("correct horse")
      })
      assert.isString(Redacted.value(login.token))
      const made = yield* client.CreateCharacter({ name: "Ann", fresh: '{"hat":"red"}' })
      yield* client.Enter({ character: made.id, cursor: null })
      const replies = yield* client.Submit({
        intents: [{ n: 1, settled: 0, text: "look", command: null }]
      })
      assert.strictEqual(replies[0]?._tag, "Accepted")
      assert.strictEqual(world.executed.size, 1)
    }).pipe(Effect.scoped)
  )

  it.live("answers hostile JSON and goes on serving", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const hostile = [
        "",
        "{",
        "null",
        "[null]",
        "[]",
        "42",
        '"x"',
        "{}",
        '{"_tag":"Request"}',
        '{"_tag":"Request","id":{},"tag":"Hello","payload":null,"headers":[]}',
        '{"_tag":"Request","id":"9","tag":"__proto__","payload":{},"headers":[]}',
        '{"_tag":"Request","id":"9","tag":"constructor","payload":{},"headers":[]}',
        '{"_tag":"Request","id":"9","tag":"Submit","payload":{"intents":[{"n":1e999,"settled":-1}]},"headers":[]}',
        '{"_tag":"Request","id":"9","tag":"Submit","payload":{"intents":{"length":1e9}},"headers":[]}',
        '{"_tag":"Request","id":"9","tag":"Enter","payload":{"character":1,"cursor":{"token":{}}},"headers":[]}',
        '{"_tag":"Request","id":"9","tag":"Hello","payload":{"protocol":1,"game":null,"client":"x"},"headers":null}',
        '{"_tag":"Request","id":"9","tag":"Hello","payload":{"protocol":1,"game":null,"client":"x"},"headers":[["a"]]}',
        '{"_tag":"Ack","requestId":"nobody"}',
        '{"_tag":"Interrupt","requestId":{"a":1}}',
        '{"_tag":"Exit","requestId":"1"}',
        '{"_tag":"__proto__"}',
        `${"[".repeat(20_000)}${"]".repeat(20_000)}`
      ]
      for (const message of hostile) {
        const one = yield* raw(url)
        one.ws.send(message)
        one.ws.send(hello)
        // Either this connection goes on, or it ends; others do not notice.
        yield* Effect.raceFirst(
          said(one, (told) => told.some((text) => text.includes('"game":"tavern"'))),
          closed(one)
        )
        assert.notInclude(one.told.join(), "/work/")
        const client = yield* dial(url)
        yield* client.Ping()
      }
    }).pipe(Effect.scoped)
  )

  it.live("tells nothing of what broke inside", () =>
    Effect.gen(function* () {
      const { memory, url } = yield* serve()
      Object.assign(memory.service, {
        session: () => {
          throw new Error("password=hunter2 at /srv/db.ts")
        }
      })
      const one = yield* raw(url)
      one.ws.send(
        JSON.stringify({
          _tag: "Request",
          id: "1",
          tag: "Resume",
          payload: { token: "t" },
          headers: []
        })
      )
      yield* said(one, (told) => told.some((text) => text.includes("Exit")))
      assert.notInclude(one.told.join(), "hunter2")
      assert.include(one.told.join(), "Unavailable")
    }).pipe(Effect.scoped, Effect.provideService(References.MinimumLogLevel, "None"))
  )

  it.live("ends a connection whose message is too large", () =>
    Effect.gen(function* () {
      const { url } = yield* serve({ frameBytesMax: 10_000 })
      const one = yield* raw(url)
      one.ws.send(hello)
      yield* said(one, (told) => told.length > 0)
      one.ws.send(`"${"x".repeat(10_000)}"`)
      assert.strictEqual(yield* closed(one), 1009)
      yield* Effect.flatMap(dial(url), (client) => client.Ping())
    }).pipe(Effect.scoped)
  )

  it.live("ends a connection that is silent, or never logs in", () =>
    Effect.gen(function* () {
      const opened = performance.now()
      const silent = yield* serve({ silenceMax: 200 })
      const mute = yield* raw(silent.url)
      assert.strictEqual(yield* closed(mute), 1_001)
      assert.isAtLeast(performance.now() - opened, 200)
      assert.deepStrictEqual(mute.told, [])
      // Who speaks, and speaks, and never says who it is, is served until its time is over.
      const stranger = yield* serve({ loginWithin: 600 })
      const came = performance.now()
      const one = yield* raw(stranger.url)
      const chatter = yield* Effect.sync(() => one.ws.send(hello)).pipe(
        Effect.delay("50 millis"),
        Effect.forever,
        Effect.forkScoped
      )
      assert.strictEqual(yield* closed(one), 1_001)
      assert.isAtLeast(performance.now() - came, 600)
      assert.isAbove(one.told.length, 1)
      chatter.interruptUnsafe()
    }).pipe(Effect.scoped)
  )

  it.live("lets in so many, and again when they have left", () =>
    Effect.gen(function* () {
      const { port, url } = yield* serve({ connectionsMax: 2 })
      const first = yield* raw(url)
      yield* raw(url)
      assert.strictEqual((yield* Effect.result(raw(url)))._tag, "Failure")
      // It is told why, and when to come again.
      const told = yield* Effect.callback<string>((resume) => {
        const socket = tcp(port, "127.0.0.1", () => socket.write(upgrade))
        socket.once("data", (data) => {
          socket.destroy()
          resume(Effect.succeed(data.toString()))
        })
      })
      assert.match(told, /^HTTP\/1.1 503 /)
      assert.match(told, /^retry-after: 5\r$/im)
      first.ws.close()
      yield* closed(first)
      yield* Effect.retry(raw(url), { times: 100 })
    }).pipe(Effect.scoped)
  )

  it.live("slows down who speaks too fast, and loses nothing", () =>
    Effect.gen(function* () {
      const { url } = yield* serve({ frames: { burst: 10, everyMillis: 5 } })
      const one = yield* raw(url)
      const began = performance.now()
      for (let i = 0; i < 60; i++) one.ws.send(hello.replace('"id":"1"', `"id":"${i}"`))
      yield* said(one, (told) => told.length >= 60)
      assert.isAtLeast(performance.now() - began, 200)
    }).pipe(Effect.scoped)
  )

  it.live("counts a long message as several, one for each frameBytes", () =>
    Effect.gen(function* () {
      const frames = { burst: 10, everyMillis: 20 }
      const { url } = yield* serve({ frames, frameBytes: 100 })
      const took = (message: string) =>
        Effect.gen(function* () {
          const one = yield* raw(url)
          const began = performance.now()
          for (let i = 0; i < 8; i++) one.ws.send(message.replace('"id":"1"', `"id":"${i}"`))
          yield* said(one, (told) => told.length >= 8)
          return performance.now() - began
        })
      // 8 of 11: 78 more than it had, one every 20 ms.
      const long = hello.replace('"raw"', `"${"x".repeat(1_100 - hello.length)}"`)
      assert.isAtLeast(yield* took(long), 1_500)
    }).pipe(Effect.scoped)
  )

  it.live("is not confused by a client that is cut off in the middle", () =>
    Effect.gen(function* () {
      const { port, url } = yield* serve({ connectionsMax: 3 })
      for (let i = 0; i < 10; i++) {
        const socket = yield* Effect.callback<TcpSocket>((resume) => {
          const opened = tcp(port, "127.0.0.1", () => resume(Effect.succeed(opened)))
        })
        socket.write(upgrade)
        yield* Effect.callback<void>((resume) => {
          socket.once("data", () => resume(Effect.void))
        })
        socket.destroy()
      }
      // Their places are free again: as soon as the server has noticed.
      yield* Effect.scoped(raw(url)).pipe(Effect.retry({ times: 100 }))
      yield* Effect.flatMap(dial(url), (client) => client.Ping())
    }).pipe(Effect.scoped)
  )
})
