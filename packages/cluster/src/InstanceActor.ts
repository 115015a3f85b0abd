/**
 * An instance as an entity of Effect Cluster: a thin shell around this process's InstanceHost. The
 * cluster decides which process it lives in, and that is all the cluster decides: the shell holds
 * no state, its messages are volatile, may arrive twice and at two owners, and every handler is safe
 * to repeat (docs/protocols.md 3).
 *
 * Its life:
 * 1. The first request makes the shell; the host activates the instance on its own first use.
 * 2. While the host holds the instance, one request to itself, `hold`, stays unanswered: the cluster
 *    removes no entity that has a request in hand.
 * 3. The shard moves, or the process stops: the cluster interrupts `hold` before anything else, and
 *    that releases the instance. Requests in hand are answered by the release (Moved), feeds end,
 *    and only then does the shard's lock go to the next runner.
 */
import { Rejected } from "@wr2/core"
import { Messages, type Placement } from "@wr2/engine"
import { Array, Deferred, Effect, Exit, References, Schedule, Schema, Stream } from "effect"
import type { Scope } from "effect"
import * as ClusterSchema from "effect/cluster/ClusterSchema"
import * as Entity from "effect/cluster/Entity"
import * as ShardId from "effect/cluster/ShardId"
import { Sharding } from "effect/cluster/Sharding"
import * as Rpc from "effect/rpc/Rpc"
import { ClusterConfig } from "./ClusterConfig.ts"

/** One request to the owner and its answer. */
const Call = Rpc.make("call", { payload: Messages.Request, success: Messages.Response })

/** Events after a seq, as they are committed. */
const Feed = Rpc.make("feed", {
  payload: { after: Schema.Int },
  success: Messages.Chunk,
  error: Rejected.Unavailable,
  stream: true
})

/** The shell's own request to itself: unanswered while the instance is resident. */
const Hold = Rpc.make("hold").annotate(ClusterSchema.InterruptOnTermination, true)

/**
 * The entity. Its own spans are off, here and where it is registered: a Submit carries the gateway's
 * span itself (Messages.Trace), and a feed would be a span of hours.
 */
export const InstanceActor = Entity.make("Instance", [Call, Feed, Hold]).annotate(
  ClusterSchema.ClientTracingEnabled,
  false
)

/** The entity's id of an instance. */
export const entityId = (instance: number): string => String(instance)

/** An instance whose shell lives in this process: asked directly, without a message. */
export interface Live {
  readonly call: (request: Messages.Request) => Effect.Effect<Messages.Response>
  readonly feed: (after: number) => Stream.Stream<Messages.Chunk, Rejected.Unavailable>
}

interface Shell extends Live {
  /** Makes sure that `hold` is in hand. */
  readonly keep: Effect.Effect<void>
  /** Answers `hold`: the host no longer has the instance, the shell may go when idle. */
  readonly leave: Effect.Effect<void>
}

/**
 * Offers a host to the cluster until the scope closes, which releases every instance. Returns the
 * shells that live here and are not being shut down.
 *
 * A process can do this once in the life of its cluster layer. Without a runner address it does
 * nothing.
 */
export const register = Effect.fnUntraced(function* (
  host: Placement.InstanceHost
): Effect.fn.Return<ReadonlyMap<number, Live>, never, Sharding | Scope.Scope> {
  const sharding = yield* Sharding
  const config = yield* ClusterConfig
  const client = yield* InstanceActor.client
  const shells = new Map<number, Shell>()
  const traced = Effect.withTracerEnabled(yield* References.TracerEnabled)

  const build = Effect.gen(function* () {
    const { entityId: id } = yield* Entity.CurrentAddress
    const scope = yield* Effect.scope
    const instance = Number(id)
    let left: Deferred.Deferred<void> | undefined

    const keep = Effect.suspend(() => {
      if (left !== undefined) return Effect.void
      left = Deferred.makeUnsafe()
      return client(id)
        .hold()
        .pipe(
          Effect.ignoreCause,
          Effect.ensuring(Effect.sync(() => (left = undefined))),
          Effect.forkIn(scope)
        )
    })
    const shell: Shell = {
      keep,
      leave: Effect.suspend(() =>
        left === undefined ? Effect.void : Deferred.done(left, Exit.void)
      ),
      call: (request) => Effect.andThen(keep, traced(host.call(instance, request))),
      feed: (after) => Stream.unwrap(Effect.as(keep, host.feed(instance, after)))
    }
    const release = Effect.suspend(() => {
      if (shells.get(instance) === shell) shells.delete(instance)
      return host.release(instance)
    })
    // Where `hold` was not in hand when the end came, and when a defect rebuilds the shell.
    yield* Effect.addFinalizer(() => release)
    shells.set(instance, shell)

    return InstanceActor.of({
      call: ({ payload }) => Rpc.fork(shell.call(payload)),
      feed: ({ payload }) => Rpc.fork(coalesce(shell.feed(payload.after), config.feedBuffer)),
      hold: () =>
        Rpc.fork(
          Effect.onInterrupt(
            Effect.suspend(() => (left === undefined ? Effect.void : Deferred.await(left))),
            () => release
          )
        )
    })
  })

  yield* sharding
    .registerEntity(InstanceActor, build, {
      maxIdleTime: config.idleEntity,
      mailboxCapacity: config.callsPerInstance,
      // A request that breaks fails alone: the instance goes on.
      disableFatalDefects: true
    })
    .pipe(Effect.withTracerEnabled(false))
  yield* sweep(host, shells).pipe(
    Effect.repeat(Schedule.spaced(config.idleEntity / 4)),
    Effect.delay(config.idleEntity / 4),
    Effect.forkScoped
  )
  return shells
})

/** Brings shells into line with what the host holds: it passivates instances by itself. */
const sweep = Effect.fnUntraced(function* (
  host: Placement.InstanceHost,
  shells: ReadonlyMap<number, Shell>
) {
  const resident = new Set(yield* host.resident)
  for (const [instance, shell] of shells) {
    yield* resident.has(instance) ? shell.keep : shell.leave
  }
  for (const instance of resident) {
    if (shells.has(instance)) continue
    yield* Effect.logWarning(
      "released an instance that was hosted here without being placed here"
    ).pipe(Effect.annotateLogs({ instance }))
    yield* host.release(instance)
  }
})

/**
 * Chunks that gather while the link is busy travel as one. A message costs the same whatever is in
 * it, and the next leaves only when the last was acknowledged: so a slow link makes bigger chunks
 * instead of a longer queue.
 */
const coalesce = (
  feed: Stream.Stream<Messages.Chunk, Rejected.Unavailable>,
  capacity: number
): Stream.Stream<Messages.Chunk, Rejected.Unavailable> =>
  feed.pipe(Stream.buffer({ capacity }), Stream.mapArray(join))

/** Neighbouring chunks of one lineage as one. */
export const join = (
  chunks: Array.NonEmptyReadonlyArray<Messages.Chunk>
): Array.NonEmptyReadonlyArray<Messages.Chunk> =>
  chunks.length === 1
    ? chunks
    : Array.map(
        Array.groupWith(chunks, (a, b) => a.lineage === b.lineage),
        (group) => ({
          lineage: group[0].lineage,
          upTo: Array.lastNonEmpty(group).upTo,
          events: group.flatMap((chunk) => chunk.events)
        })
      )

/** Whether this process holds shards: instances can be placed here. Asked often, so made once. */
export const placed = (sharding: Sharding["Service"], shards: number): (() => boolean) => {
  const all = Array.makeBy(shards, (n) => ShardId.make("default", n + 1))
  return () => all.some((shard) => sharding.hasShardId(shard))
}
