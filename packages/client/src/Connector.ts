/** How a client reaches a gateway: one connection at a time, and word of its end. */
import { GatewayRpcs } from "@wr2/protocol"
import { Context, Deferred, Effect, Layer, Schedule, Schema } from "effect"
import type { Scope } from "effect"
import { RpcClient, RpcSerialization } from "effect/rpc"
import type { RpcClientError } from "effect/rpc/RpcClientError"
import { Socket } from "effect/socket"

/** The gateway's calls, as a client makes them. */
export type Rpcs = RpcClient.FromGroup<typeof GatewayRpcs.GatewayRpcs, RpcClientError>

/** There is no connection, or there is none any more. */
export class Offline extends Schema.TaggedError<Offline>()("Offline", {}) {}

/** An open connection. */
export interface Link {
  readonly rpcs: Rpcs
  /** Fails when the connection has ended. */
  readonly lost: Effect.Effect<never, Offline>
}

export class Connector extends Context.Service<
  Connector,
  {
    /** Opens a connection; it ends with the scope. A failed one shows at its first call. */
    readonly connect: Effect.Effect<Link, Offline, Scope.Scope>
  }
>()("wr2/client/Connector") {
  /** By websocket, with the constructor of the platform: browsers and Node 22 or newer. */
  static readonly layerWebSocket = (url: string): Layer.Layer<Connector> =>
    Layer.succeed(Connector, {
      connect: Effect.gen(function* () {
        const lost = yield* Deferred.make<never, Offline>()
        const gone = Effect.asVoid(Deferred.fail(lost, new Offline()))
        const protocol = yield* Layer.build(
          Layer.effect(
            RpcClient.Protocol,
            // Not tried again here: after a break a client logs in and enters again, see Wr2Client.
            RpcClient.makeProtocolSocket({
              retryPolicy: Schedule.recurs(0),
              pingInterval: "5 seconds"
            }).pipe(
              Effect.map((protocol) => ({
                ...protocol,
                // Whose connection has ended would wait a second to say that a call is not wanted any more.
                send: (...given: Parameters<typeof protocol.send>) =>
                  given[1]._tag === "Interrupt" && Deferred.isDoneUnsafe(lost)
                    ? Effect.void
                    : protocol.send(...given)
              }))
            )
          ).pipe(
            Layer.provide([
              Socket.layerWebSocket(url, { openTimeout: "5 seconds" }),
              RpcSerialization.layerJson,
              Layer.succeed(RpcClient.ConnectionHooks, {
                onConnect: Effect.void,
                onDisconnect: gone
              })
            ]),
            Layer.provide(Socket.layerWebSocketConstructorGlobal)
          )
        )
        const rpcs = yield* Effect.provideContext(RpcClient.make(GatewayRpcs.GatewayRpcs), protocol)
        return { rpcs, lost: Deferred.await(lost) }
      })
    })
}
