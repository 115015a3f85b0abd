/**
 * The port that finds an instance's owner. It is neither authority nor queue: a request may arrive
 * twice, and at two owners; cursor and epoch make that harmless.
 */
import { Rejected } from "@wr2/core"
import { Context, Effect, Layer, Ref, Stream } from "effect"
import type { Scope } from "effect"
import type { Chunk, Request, Response } from "./Messages.ts"

/** What a runner offers: the instances it hosts. Engine makes it; Placement routes to it. */
export interface InstanceHost {
  /** Activates on first use. Never fails: refusals are Denied. */
  readonly call: (instance: number, request: Request) => Effect.Effect<Response>
  /**
   * Events after `after` as they are committed; begins with what is kept in memory, or a chunk whose
   * `upTo` tells the reader to fetch the rest from the log. Also an empty chunk every `headEvery`.
   * Ends when the instance is released or the subscriber is too slow.
   */
  readonly feed: (instance: number, after: number) => Stream.Stream<Chunk, Rejected.Unavailable>
  /** Stops intake, finishes the cycle, hands Events over, writes the release. Safe to repeat. */
  readonly release: (instance: number) => Effect.Effect<void>
  /** Ids of resident instances. */
  readonly resident: Effect.Effect<ReadonlyArray<number>>
}

export class Placement extends Context.Service<
  Placement,
  {
    /** Offers this process's host until the scope closes; closing it releases every instance. */
    readonly host: (host: InstanceHost) => Effect.Effect<void, never, Scope.Scope>
    readonly call: (
      instance: number,
      request: Request
    ) => Effect.Effect<Response, Rejected.Unavailable>
    readonly feed: (instance: number, after: number) => Stream.Stream<Chunk, Rejected.Unavailable>
  }
>()("wr2/engine/Placement") {
  /** One process: the host is here. */
  static readonly layerLocal: Layer.Layer<Placement> = Layer.effect(
    Placement,
    Effect.gen(function* () {
      const hosted = yield* Ref.make<InstanceHost | undefined>(undefined)
      const here = Effect.flatMap(Ref.get(hosted), (host) =>
        host === undefined
          ? Effect.fail(new Rejected.Unavailable({ reason: "no runner is up", retryAfter: 500 }))
          : Effect.succeed(host)
      )
      return {
        host: (host) =>
          Effect.acquireRelease(Ref.set(hosted, host), () =>
            Effect.gen(function* () {
              yield* Ref.set(hosted, undefined)
              yield* Effect.forEach(yield* host.resident, host.release, {
                concurrency: 16,
                discard: true
              })
            })
          ),
        call: (instance, request) => Effect.flatMap(here, (host) => host.call(instance, request)),
        feed: (instance, after) =>
          Stream.unwrap(Effect.map(here, (host) => host.feed(instance, after)))
      }
    })
  )
}
