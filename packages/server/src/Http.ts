/**
 * The HTTP server: listens last, when everything behind it is up, and goes first. (One that listens
 * before its routes are there accepts requests and leaves them without an answer.)
 */
import { createServer, type Server } from "node:http"
import * as Net from "node:net"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import type { NodeServices } from "@effect/platform-node/NodeServices"
import { Effect, type Layer } from "effect"
import type { Generator } from "effect/http/Etag"
import type { HttpPlatform } from "effect/http/HttpPlatform"
import type { HttpServer } from "effect/http/HttpServer"
import type { ServeError } from "effect/http/HttpServerError"
import { Problem } from "./Problem.ts"

/** Where to listen. */
export interface Place {
  readonly host: string
  readonly port: number
}

/** Requests get this long to end by themselves; then websockets are closed. */
const grace = 250
/** A peer that does not close its end within this is cut. */
const patience = 2_000

/** `close` waits for every connection, also for one whose peer has silently gone. */
const impatient = (server: Server): Server => {
  const sockets = new Set<Net.Socket>()
  server.on("connection", (socket: Net.Socket) => {
    sockets.add(socket)
    socket.once("close", () => sockets.delete(socket))
  })
  const close = server.close.bind(server)
  server.close = (done) => {
    const cut = Effect.runFork(
      Effect.delay(
        Effect.sync(() => sockets.forEach((socket) => socket.destroy())),
        patience
      )
    )
    return close((error) => {
      cut.interruptUnsafe()
      done?.(error)
    })
  }
  return server
}

/** A server that listens there. `maxPayload`: bytes of one websocket message. */
export const layer = (
  place: Place,
  options: { readonly maxPayload: number }
): Layer.Layer<HttpServer | HttpPlatform | Generator | NodeServices, ServeError> =>
  NodeHttpServer.layer(() => impatient(createServer()), {
    host: place.host,
    port: place.port,
    gracefulShutdownTimeout: grace,
    websocket: { maxPayload: options.maxPayload }
  })

const listen = (place: Place): Effect.Effect<number, NodeJS.ErrnoException> =>
  Effect.callback((resume) => {
    const server = Net.createServer()
    server.on("error", (error: NodeJS.ErrnoException) => resume(Effect.fail(error)))
    server.listen(place.port, place.host, () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : place.port
      server.close(() => resume(Effect.succeed(port)))
    })
  })

const refused = (place: Place, error: NodeJS.ErrnoException): Problem => {
  if (error.code === "EADDRINUSE") {
    return new Problem({
      message: `port ${place.port} is in use: another server runs there. Choose another, as in PORT=${place.port + 1}`
    })
  }
  if (error.code === "EACCES") {
    return new Problem({
      message: `port ${place.port} is not allowed to this user: choose one above 1023`
    })
  }
  return new Problem({ message: `cannot listen on ${place.host}:${place.port}: ${error.message}` })
}

/** Fails at once when the place is taken, rather than after everything else was started. */
export const check = (place: Place): Effect.Effect<void, Problem> =>
  Effect.mapError(Effect.asVoid(listen(place)), (error) => refused(place, error))

/** The place itself, or a free port of the same host when it is taken. */
export const orFree = (place: Place): Effect.Effect<Place, Problem> =>
  listen(place).pipe(
    Effect.catch(() => listen({ ...place, port: 0 })),
    Effect.map((port) => ({ ...place, port })),
    Effect.mapError((error) => refused(place, error))
  )
