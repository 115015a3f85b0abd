/** A client on a gateway in this process, by connections that a test can cut. */
import { Codec, GatewayRpcs } from "@wr2/protocol"
import { Connector, Wr2Client } from "@wr2/client"
import { GatewayLimits } from "@wr2/gateway"
import { Deferred, Effect, Layer, Redacted, Stream } from "effect"
import type { Context, Scope } from "effect"
import { RpcTest } from "effect/rpc"
import * as Connection from "../../gateway/src/Connection.ts"
import { FakeWorld } from "../../gateway/test/fixture/FakeWorld.ts"
import { gateway, memoryAccounts } from "../../gateway/test/fixture/Fixture.ts"
import { settle } from "../../gateway/test/fixture/Player.ts"
import { tavern } from "../../gateway/test/fixture/Tavern.ts"

export const codec = Codec.of(tavern)

type Handlers = Layer.Success<ReturnType<typeof gateway>>

/** Connections that can be cut, refused, and made to lose what comes back. */
export interface Wires {
  readonly layer: Layer.Layer<Connector.Connector>
  /** Cuts what is connected. */
  readonly cut: Effect.Effect<void>
  /** No new connection is made while true. */
  down: boolean
  /** How many Submits are yet to be done whose replies are lost, with the connection. */
  loseReplies: number
  /** Replies come after what the feed has to say. */
  slowReplies: boolean
  /** What the feed has to say comes after replies. */
  slowFeed: boolean
  /** Every frame of a feed comes twice. */
  twice: boolean
  opened: number
}

/** Wires to a gateway with its handlers. */
const wires = (handlers: Context.Context<Handlers>): Wires => {
  const open = new Set<Deferred.Deferred<never, Connector.Offline>>()
  const cut = Effect.suspend(() =>
    Effect.forEach([...open], (lost) => Deferred.fail(lost, new Connector.Offline()), {
      discard: true
    })
  )
  const self: Wires = {
    down: false,
    loseReplies: 0,
    slowReplies: false,
    slowFeed: false,
    twice: false,
    opened: 0,
    cut,
    layer: Layer.succeed(Connector.Connector, {
      connect: Effect.gen(function* () {
        if (self.down) return yield* new Connector.Offline()
        self.opened++
        const connection = yield* Connection.make("here")
        const client = yield* RpcTest.makeClient(GatewayRpcs.GatewayRpcs)
        const lost = yield* Effect.acquireRelease(
          Deferred.make<never, Connector.Offline>(),
          (one) => Effect.sync(() => open.delete(one))
        )
        open.add(lost)
        const here = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
          Effect.provideService(effect, Connection.Connection, connection)
        const rpcs: Record<string, unknown> = {}
        for (const [tag, method] of Object.entries(client)) {
          rpcs[tag] = (input: never) => {
            const called = (method as (input: unknown) => unknown)(input)
            if (!Effect.isEffect(called)) {
              const feed = Stream.provideService(
                called as Stream.Stream<unknown>,
                Connection.Connection,
                connection
              ).pipe(Stream.flatMap((frame) => Stream.make(frame, ...(self.twice ? [frame] : []))))
              return self.slowFeed ? Stream.unwrap(Effect.as(Effect.sleep(500), feed)) : feed
            }
            // The tests' handlers need nothing but the connection.
            const answered = here(called as Effect.Effect<unknown, unknown, unknown>)
            return tag !== "Submit"
              ? answered
              : Effect.tap(answered, () => {
                  if (self.loseReplies === 0) return self.slowReplies ? settle : Effect.void
                  self.loseReplies--
                  return Effect.andThen(cut, Effect.never)
                })
          }
        }
        return { rpcs: rpcs as unknown as Connector.Rpcs, lost: Deferred.await(lost) }
      }).pipe(Effect.provideContext(handlers)) as Effect.Effect<
        Connector.Link,
        Connector.Offline,
        Scope.Scope
      >
    })
  }
  return self
}

/** A world, a gateway, and wires to it. */
export const worldWith = Effect.fnUntraced(function* (
  limits: Partial<GatewayLimits.GatewayLimits>
) {
  const fake = new FakeWorld()
  const memory = memoryAccounts()
  const handlers = yield* Layer.build(gateway(fake, memory)).pipe(
    Effect.updateService(GatewayLimits.GatewayLimits, (defaults) => ({ ...defaults, ...limits }))
  )
  return { fake, memory, wires: wires(handlers) }
})
export const world = worldWith({})

export const password = Redacted.make("correct horse")

/** A client whose character is inside, and all it is told. */
export const inside = (name: string, on: Wires, options: Wr2Client.Options = {}) =>
  Effect.gen(function* () {
    const client = yield* Effect.provide(Wr2Client.make(codec, options), on.layer)
    const told: Array<
      Effect.Success<typeof client.listen> extends Stream.Stream<infer A> ? A : never
    > = []
    const stream = yield* client.listen
    yield* Effect.forkScoped(Stream.runForEach(stream, (one) => Effect.sync(() => told.push(one))))
    yield* client.register(name, password)
    const made = yield* client.create(name, { hat: "red" })
    yield* client.enter(made.id)
    return { client, told, character: made.id }
  })
