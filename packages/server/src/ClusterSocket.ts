/**
 * The cluster over sockets, with PostgreSQL as the place where runners meet: what `@wr2/cluster`
 * leaves open. Messages are volatile, so there is no message storage: the instance's cursor and epoch
 * do what a durable mailbox would, and cheaper.
 */
import type * as Net from "node:net"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import * as NodeSocketServer from "@effect/platform-node/NodeSocketServer"
import { ClusterConfig, RunnerHealth } from "@wr2/cluster"
import { Effect, Layer, References } from "effect"
import * as MessageStorage from "effect/cluster/MessageStorage"
import * as Runners from "effect/cluster/Runners"
import * as RunnerServer from "effect/cluster/RunnerServer"
import type { RunnerStorage } from "effect/cluster/RunnerStorage"
import type { Sharding } from "effect/cluster/Sharding"
import { ShardingConfig } from "effect/cluster/ShardingConfig"
import * as SqlRunnerStorage from "effect/cluster/SqlRunnerStorage"
import * as NetAddress from "effect/net/NetAddress"
import * as RpcClient from "effect/rpc/RpcClient"
import * as RpcSerialization from "effect/rpc/RpcSerialization"
import * as RpcServer from "effect/rpc/RpcServer"
import * as Socket from "effect/socket/Socket"
import { SocketServer, type SocketServerError } from "effect/socket/SocketServer"
import type { SqlClient } from "effect/sql/SqlClient"

/** What a process gets from being part of a cluster. */
export type Services = Sharding | ShardingConfig | RunnerStorage

/** The tables in which runners meet, beside the engine's. */
const storage = SqlRunnerStorage.layerStorage({ prefix: "wr2.cluster" })

/** Makes those tables. */
export const layerMigrations: Layer.Layer<never, never, SqlClient> =
  SqlRunnerStorage.layerMigrations({ prefix: "wr2.cluster" })

/**
 * Connections to other runners. A ping every second, because a frozen machine sends no word that it
 * is gone: what was asked of it fails then, and is asked of its successor.
 */
const clientProtocol: Layer.Layer<
  Runners.RpcClientProtocol,
  never,
  RpcSerialization.RpcSerialization
> = Layer.effect(
  Runners.RpcClientProtocol,
  Effect.gen(function* () {
    const serialization = yield* RpcSerialization.RpcSerialization
    return {
      codecFor: serialization.codecFor,
      make: Effect.fnUntraced(function* ({ host, port }) {
        const socket = yield* NodeSocket.makeNet({ host, port, openTimeout: 1000, noDelay: true })
        return yield* RpcClient.makeProtocolSocket({
          pingInterval: "1 second",
          pingTimeout: "2 seconds"
        }).pipe(
          Effect.provideService(Socket.Socket, socket),
          Effect.provideService(RpcSerialization.RpcSerialization, serialization)
        )
      }, Effect.orDie)
    }
  })
)

/**
 * A server whose sockets refuse to write once the connection is gone. As they come (4.1.0), such a
 * write waits for ever, where it cannot be interrupted: after a freeze, every answer to a peer that
 * had hung up kept the process from ending.
 */
const layerServer = (at: ClusterConfig.Address): Layer.Layer<SocketServer, SocketServerError> =>
  Layer.effect(
    SocketServer,
    Effect.map(
      NodeSocketServer.make({ host: at.host, port: at.port, noDelay: true }),
      (server) => ({
        ...server,
        run: (handler) =>
          server.run((socket) =>
            Effect.flatMap(Effect.serviceOption(NodeSocket.NetSocket), (connection) =>
              handler(connection._tag === "None" ? socket : mortal(socket, connection.value))
            )
          )
      })
    )
  )

const mortal = (socket: Socket.Socket, connection: Net.Socket): Socket.Socket =>
  Socket.make({
    reader: socket.reader,
    writer: Effect.map(socket.writer, ({ write, writeAll }) => {
      const whileOpen = (written: Effect.Effect<void, Socket.SocketError>) =>
        Effect.suspend(() => (connection.writable ? written : Effect.fail(gone)))
      return {
        write: (chunk) => whileOpen(write(chunk)),
        writeAll: (chunks) => whileOpen(writeAll(chunks))
      }
    })
  })

/** What the cluster has to say of its own comings and goings is of use only to who looks for it. */
const quiet: Layer.Layer<never> = Layer.effect(
  References.MinimumLogLevel,
  Effect.map(References.MinimumLogLevel, (level) => (level === "Info" ? "Error" : level))
)

const gone = new Socket.SocketError({
  reason: new Socket.SocketWriteError({ cause: "the connection is closed" })
})

const shardingConfig = (runner: ClusterConfig.Address | undefined): Layer.Layer<ShardingConfig> =>
  Layer.effect(
    ShardingConfig,
    Effect.map(ClusterConfig.ClusterConfig, (config) => ClusterConfig.sharding(config, runner))
  )

/** Routes to runners, hosts nothing. */
export const layerClient: Layer.Layer<Services, never, SqlClient> =
  RunnerServer.layerClientOnly.pipe(
    Layer.provide([clientProtocol, MessageStorage.layerNoop]),
    Layer.provideMerge(storage),
    Layer.provideMerge(shardingConfig(undefined)),
    Layer.provide(RpcSerialization.layerSchemaBinary())
  )

/**
 * Hosts instances, and routes. Listens on the address that it tells the others, on a port that the
 * system chooses unless one is given: several runners share a machine.
 */
export const layerRunner = (
  at: ClusterConfig.Address
): Layer.Layer<Services, SocketServerError, SqlClient> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const server = yield* SocketServer
      const port = NetAddress.isInetAddress(server.address) ? server.address.port : at.port
      return RunnerHealth.layerWatch.pipe(
        Layer.provideMerge(RunnerServer.layerWithClients),
        Layer.provide(
          RpcServer.layerProtocolSocketServer.pipe(
            // Another process that dies breaks its connection here: its own trouble, not an error of ours.
            Layer.provide(Layer.succeed(References.UnhandledLogLevel, "Debug"))
          )
        ),
        Layer.provide(RunnerHealth.layer.pipe(Layer.provide(Runners.layerRpc))),
        Layer.provide([clientProtocol, MessageStorage.layerNoop]),
        Layer.provideMerge(storage),
        Layer.provideMerge(shardingConfig({ host: at.host, port })),
        Layer.provide([RpcSerialization.layerSchemaBinary(), quiet])
      )
    })
  ).pipe(Layer.provide(layerServer(at)))
