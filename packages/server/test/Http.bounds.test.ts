/** Bounds of the server itself, each pushed past by a peer that keeps to nothing. */
import { connect, type Socket as TcpSocket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Http from "@wr2/server/Http"
import { Effect, Exit, Layer, Scope } from "effect"
import { HttpRouter, HttpServer, HttpServerRequest, HttpServerResponse } from "effect/http"

/** Sends without end to whoever comes. */
const talkative = HttpRouter.add(
  "GET",
  "/talk",
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const socket = yield* request.upgrade
    // Nothing is written before somebody reads.
    yield* socket.reader
    const { write } = yield* socket.writer
    const text = "x".repeat(64 * 1_024)
    for (let i = 0; i < 2_000; i++) {
      yield* write(text)
      yield* Effect.sleep(1)
    }
    return HttpServerResponse.empty()
  }).pipe(Effect.scoped, Effect.orDie)
)

/** A server with these bounds; it stops with the scope that is given back. */
const serve = (bounds: Partial<Http.Bounds>) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const place = { host: "127.0.0.1", port: 0 }
    const layer = HttpRouter.serve(
      Layer.mergeAll(talkative, HttpRouter.add("GET", "/", HttpServerResponse.text("here"))),
      { disableLogger: true, disableListenLog: true }
    ).pipe(
      Layer.provideMerge(Http.layer(place, { maxPayload: 1_024, connectionsMax: 1 })),
      Layer.provide(Layer.succeed(Http.Bounds, { ...Http.defaults, ...bounds }))
    )
    const context = yield* Layer.buildWithScope(layer, scope)
    const { address } = yield* Effect.provideContext(HttpServer.HttpServer, context)
    const stop = Scope.close(scope, Exit.void)
    yield* Effect.addFinalizer(() => stop)
    return { port: (address as { readonly port: number }).port, stop }
  })

/** A connection that says this; what came, and whether it is closed. */
const dial = (port: number, text: string) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly socket: TcpSocket; got: string; closed: boolean }>((resume) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.write(text)
        resume(Effect.succeed(self))
      })
      const self = { socket, got: "", closed: false }
      socket.on("data", (chunk: Buffer) => (self.got += chunk.toString("latin1")))
      socket.on("close", () => (self.closed = true))
      socket.on("error", () => {})
    }),
    ({ socket }) => Effect.sync(() => socket.destroy())
  )

const until = (holds: () => boolean) =>
  Effect.gen(function* () {
    const began = performance.now()
    while (!holds()) yield* Effect.sleep(5)
    return performance.now() - began
  }).pipe(Effect.timeout("8 seconds"))

const upgrade =
  "GET /talk HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

describe("a peer", () => {
  it.live("has headersWithin for the head of a request, requestWithin for all of it", () =>
    Effect.gen(function* () {
      const bounds = { headersWithin: 200, requestWithin: 400, patience: 50 }
      const { port } = yield* serve(bounds)
      const head = yield* dial(port, "GET / HTTP/1.1\r\nHost: x\r\n")
      const body = yield* dial(port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx")
      yield* until(() => head.closed && body.closed)
      assert.match(head.got, /^HTTP\/1.1 408 /)
      const next = yield* dial(port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      yield* until(() => next.got.endsWith("here"))
    }).pipe(Effect.scoped)
  )

  it.live("that does not read is cut when more than unreadMax waits for it", () =>
    Effect.gen(function* () {
      const { port } = yield* serve({ unreadMax: 100_000 })
      const deaf = yield* dial(port, upgrade)
      yield* until(() => deaf.got.includes("101"))
      deaf.socket.pause()
      // It would have gone on for two seconds and 128 MB.
      yield* Effect.sleep(1_500)
      deaf.socket.resume()
      yield* until(() => deaf.closed)
      assert.isBelow(deaf.got.length, 64_000_000)
    }).pipe(Effect.scoped)
  )

  it.live("that comes when connectionsBesides are there is not taken, until one goes", () =>
    Effect.gen(function* () {
      const { port } = yield* serve({ connectionsBesides: 1 })
      const two = [yield* dial(port, ""), yield* dial(port, "")]
      const third = yield* dial(port, "")
      yield* until(() => third.closed)
      assert.isFalse(two.some(({ closed }) => closed))
      two[0]!.socket.destroy()
      yield* Effect.sleep(50)
      const fourth = yield* dial(port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      yield* until(() => fourth.got.endsWith("here"))
    }).pipe(Effect.scoped)
  )

  it.live("keeps a server that stops for grace and patience, and no longer", () =>
    Effect.gen(function* () {
      const { port, stop } = yield* serve({ grace: 100, patience: 300 })
      const half = yield* dial(port, "GET / HTTP/1.1\r\nHost: x\r\n")
      yield* until(() => !half.closed)
      const began = performance.now()
      yield* stop
      assert.isBelow(performance.now() - began, 2_000)
      yield* until(() => half.closed)
    }).pipe(Effect.scoped)
  )
})
