/** What comes of a call whose connection ends. */
import { createHash } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Wr2Client } from "@wr2/client"
import { Deferred, Effect, Exit, Fiber, Layer } from "effect"
import { settle } from "../../gateway/test/fixture/Player.ts"
import { Connector, Offline } from "../src/Connector.ts"
import { codec, password, world } from "./fixture.ts"

/** The answer to a handshake (RFC 6455, 4.2.2). */
const accept = (key: string): string =>
  createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64")

/** A server that is gone as soon as it is asked something. */
const dying = Effect.acquireRelease(
  Effect.callback<{ readonly url: string; readonly close: () => void }>((resume) => {
    const server = createServer()
    server.on("upgrade", (request, socket) => {
      socket.on("error", () => {})
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
          `Sec-WebSocket-Accept: ${accept(request.headers["sec-websocket-key"]!)}\r\n\r\n`
      )
      socket.once("data", () => socket.destroy())
    })
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      resume(Effect.succeed({ url: `ws://127.0.0.1:${port}`, close: () => void server.close() }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

/** Where a list of characters never comes: the call ends with its connection, as RPC's calls do. */
const silent = (inner: Layer.Layer<Connector>) =>
  Layer.effect(
    Connector,
    Effect.map(Connector, ({ connect }) => ({
      connect: Effect.gen(function* () {
        const link = yield* connect
        const ended = yield* Deferred.make<never>()
        yield* Effect.addFinalizer(() => Deferred.interrupt(ended))
        let hearers = 0
        return {
          rpcs: { ...link.rpcs, ListCharacters: () => Deferred.await(ended) },
          // Who was there first hears of it first, and closes the connection.
          lost: Effect.suspend(() => (hearers++ === 0 ? link.lost : Effect.never))
        }
      })
    }))
  ).pipe(Layer.provide(inner))

describe("a connection by websocket", () => {
  // No clock moves here: whatever waits for a while waits for ever.
  it.effect("that has ended tells nobody that a call is no longer wanted", () =>
    Effect.gen(function* () {
      const { url } = yield* dying
      const { connect } = yield* Effect.provide(Connector, Connector.layerWebSocket(url))
      const { lost, rpcs } = yield* connect
      const call = yield* Effect.forkChild(rpcs.ListCharacters(), { startImmediately: true })
      assert.strictEqual((yield* Effect.flip(lost))._tag, "Offline")
      yield* Fiber.interrupt(call)
      assert.isDefined(call.pollUnsafe())
    }).pipe(Effect.scoped)
  )
})

describe("a connection that breaks", () => {
  it.effect("what was asked on it is told so: nobody is interrupted", () =>
    Effect.gen(function* () {
      const { wires } = yield* world
      const client = yield* Effect.provide(Wr2Client.make(codec), silent(wires.layer))
      yield* client.register("ann", password)
      const asking = yield* Effect.forkChild(client.characters)
      yield* settle
      yield* wires.cut
      const exit = yield* Fiber.await(asking)
      assert.deepStrictEqual(exit, Exit.fail(new Offline()))
    }).pipe(Effect.scoped)
  )
})
