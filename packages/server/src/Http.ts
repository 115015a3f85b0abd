/**
 * The HTTP server: listens last, when everything behind it is up, and goes first. (One that listens
 * before its routes are there accepts requests and leaves them without an answer.)
 */
import { createServer, type Server } from "node:http"
import * as Net from "node:net"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import type { NodeServices } from "@effect/platform-node/NodeServices"
import * as NodeWS from "@effect/platform-node/NodeWS"
import { Context, Effect, Layer } from "effect"
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

/** Every bound of the server itself. Times in milliseconds. */
export interface Bounds {
  /** Requests get this long to end by themselves when the server stops; then websockets are closed. */
  readonly grace: number
  /** A peer that does not close its end within this is cut. */
  readonly patience: number
  /** A request has so long to come in, its head and all of it: none of ours has a body. */
  readonly headersWithin: number
  readonly requestWithin: number
  /** Bytes that wait for the peer of a websocket, beyond what the system keeps; then it is cut. */
  readonly unreadMax: number
  /** Connections besides websockets; one more is not taken. */
  readonly connectionsBesides: number
}

/** What holds. */
export const defaults: Bounds = {
  grace: 250,
  patience: 2_000,
  headersWithin: 10_000,
  requestWithin: 15_000,
  unreadMax: 256 * 1_024,
  connectionsBesides: 1_000
}

/** The bounds in use. */
export const Bounds = Context.Reference<Bounds>("wr2/server/Http", {
  defaultValue: () => defaults
})

/** Bytes that any message has: they are records with a `_tag`. */
const shortest = '{"_tag":""}'.length

/**
 * A websocket whose peer has to take what it asks for: one that asks and does not read would have us
 * keep all answers. (What waits is looked at before something is sent, so one answer may be larger.)
 */
const reading = (unreadMax: number) =>
  class Read extends NodeWS.WebSocket {
    override send(...given: ReadonlyArray<unknown>): void {
      if (this.bufferedAmount > unreadMax) this.terminate()
      else super.send(...(given as Parameters<NodeWS.WebSocket["send"]>))
    }
    // Nobody says so little: what is tiny weighs nothing in a bound of bytes, and would pile up unread.
    override emit(event: string | symbol, ...given: ReadonlyArray<unknown>): boolean {
      const [data] = given as ReadonlyArray<Buffer | ArrayBuffer>
      if (event !== "message" || data === undefined || data.byteLength >= shortest)
        return super.emit(event, ...given)
      this.terminate()
      return true
    }
  }

/** `close` waits for every connection, also for one whose peer has silently gone. */
const impatient = (server: Server, patience: number): Server => {
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

const server = (bounds: Bounds, connectionsMax: number): Server => {
  const made = createServer({
    headersTimeout: bounds.headersWithin,
    requestTimeout: bounds.requestWithin,
    connectionsCheckingInterval: bounds.patience
  })
  made.maxConnections = connectionsMax + bounds.connectionsBesides
  return impatient(made, bounds.patience)
}

/** A server that listens there. `maxPayload`: bytes of one websocket message; `connectionsMax`: websockets. */
export const layer = (
  place: Place,
  options: { readonly maxPayload: number; readonly connectionsMax: number }
): Layer.Layer<HttpServer | HttpPlatform | Generator | NodeServices, ServeError> =>
  Layer.unwrap(
    Effect.map(Bounds, (bounds) => {
      const { maxPayload } = options
      // Its types do not know of closeTimeout.
      const websocket = {
        maxPayload,
        closeTimeout: bounds.patience,
        WebSocket: reading(bounds.unreadMax)
      }
      return NodeHttpServer.layer(() => server(bounds, options.connectionsMax), {
        host: place.host,
        port: place.port,
        gracefulShutdownTimeout: bounds.grace,
        websocket
      })
    })
  )

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

const refused = (place: Place, error: NodeJS.ErrnoException, variable = "PORT"): Problem => {
  if (error.code === "EADDRINUSE") {
    return new Problem({
      message: `port ${place.port} is in use: another server runs there. Choose another, as in ${variable}=${place.port + 1}`
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
export const check = (place: Place, variable?: string): Effect.Effect<void, Problem> =>
  Effect.mapError(Effect.asVoid(listen(place)), (error) => refused(place, error, variable))

/** The place itself, or a free port of the same host when it is taken. */
export const orFree = (place: Place): Effect.Effect<Place, Problem> =>
  listen(place).pipe(
    Effect.catch(() => listen({ ...place, port: 0 })),
    Effect.map((port) => ({ ...place, port })),
    Effect.mapError((error) => refused(place, error))
  )

/** Where operators look, if that was given: on the host where clients connect unless told otherwise. */
export const ops = (
  given: { readonly host: string | undefined; readonly port: number } | undefined,
  clients: Place
): Effect.Effect<Place | undefined, Problem> => {
  if (given === undefined) return Effect.undefined
  const place = { host: given.host ?? clients.host, port: given.port }
  return place.port === clients.port && place.port !== 0
    ? new Problem({ message: `WR2_OPS_PORT is ${place.port}, as PORT is: choose another` })
    : Effect.as(check(place, "WR2_OPS_PORT"), place)
}
