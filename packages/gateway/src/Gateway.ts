/**
 * The edge of the world. A message's way through it:
 *
 * 1. A websocket is upgraded if there is room for one more of its address (Connection).
 * 2. Messages are read within bounds of size and speed, decoded by the protocol's schemas.
 * 3. A connection says hello, logs in (Auth), picks or makes a character (Characters), enters
 *    (Sessions), which lets its session into the instance (Owner).
 * 4. Its Commands are cleaned, limited, and go in order to the instance's owner, wherever that is
 *    (Lane), and again if there is no answer.
 * 5. Events come by one stream per instance (InstanceFeed), are handed to those who perceive them
 *    (Perceive), and wait in a bounded buffer per client (Subscriber, Feed).
 *
 * It keeps nothing that matters: clients come back anywhere, with their token and cursor.
 */
import type { Game } from "@wr2/core"
import type { Accounts, EventLog, Placement } from "@wr2/engine"
import { GatewayRpcs } from "@wr2/protocol"
import { Effect, Layer, Option } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { RpcSerialization, RpcServer } from "effect/rpc"
import { Auth } from "./Auth.ts"
import * as Connection from "./Connection.ts"
import { Feed } from "./Feed.ts"
import { GatewayLimits } from "./GatewayLimits.ts"
import * as Handlers from "./Handlers.ts"
import { Owner } from "./Owner.ts"
import type { Passwords } from "./Passwords.ts"
import type { Secrets } from "./Secrets.ts"
import { Sessions } from "./Sessions.ts"
import * as Wire from "./Wire.ts"

/** What a gateway needs: where instances are, what they said, who may play, and cryptography. */
export type Needs =
  | Placement.Placement
  | EventLog.EventLog
  | Accounts.Accounts
  | Passwords
  | Secrets

/** The handlers with all that is behind them; mount them with any RPC protocol. Tests do. */
export const handlers = (game: Game.Game<any, any, any, any>, options: Handlers.Options) =>
  Handlers.layer(game, options).pipe(
    Layer.provide([Auth.layer, Feed.layer(game as Game.Any), Sessions.layer(game as Game.Any)]),
    Layer.provide(Owner.layer)
  )

/** Serves a game's clients over websocket at `path` of the HttpRouter. */
export const layer = (
  game: Game.Game<any, any, any, any>,
  options: Handlers.Options & { readonly path?: `/${string}` }
): Layer.Layer<never, never, HttpRouter.HttpRouter | Needs> =>
  RpcServer.layer(GatewayRpcs.GatewayRpcs, {
    // One broken call is that call's end, not the connection's.
    disableFatalDefects: true,
    spanPrefix: "wr2.gateway"
  }).pipe(
    Layer.provide(handlers(game, options)),
    Layer.provide(Layer.effect(RpcServer.Protocol, protocol(options.path ?? "/rpc"))),
    Layer.provide(
      Layer.effect(
        RpcSerialization.RpcSerialization,
        Effect.map(GatewayLimits, ({ frameBytesMax }) => Wire.serialization(frameBytesMax))
      )
    )
  )

/** The websocket route, with a Connection for every socket. */
const protocol = Effect.fnUntraced(function* (path: `/${string}`) {
  const limits = yield* GatewayLimits
  const router = yield* HttpRouter.HttpRouter
  const { httpEffect, protocol } = yield* RpcServer.makeProtocolWithHttpEffectWebsocket
  const door = new Connection.Door(limits)
  const connect = Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    if (request.headers["upgrade"]?.toLowerCase() !== "websocket") {
      return HttpServerResponse.text("This address speaks websocket.\n", { status: 426 })
    }
    const address = Connection.addressKey(Option.getOrElse(request.remoteAddress, () => "unknown"))
    const full = yield* door.enter(address)
    if (full !== undefined) {
      return HttpServerResponse.text("Too many connections: try again in a few seconds.\n", {
        status: full === "total" ? 503 : 429,
        headers: { "retry-after": "5" }
      })
    }
    const connection = yield* Connection.make(address)
    // The fiber that reads the socket starts every call of it, so they find its Connection.
    return yield* httpEffect.pipe(
      Effect.provideService(Connection.Connection, connection),
      Effect.provideService(
        HttpServerRequest.HttpServerRequest,
        Connection.bounded(request, connection, limits)
      )
    )
  })
  yield* router.add("GET", path, connect)
  return protocol
})
