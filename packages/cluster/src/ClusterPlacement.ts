/**
 * Placement on Effect Cluster: finds an instance's owner among several processes, and moves
 * instances when runners join, leave or die. See InstanceActor for what happens at the owner.
 */
import { Rejected } from "@wr2/core"
import { type Messages, Placement } from "@wr2/engine"
import {
  Cause,
  Clock,
  Context,
  Deferred,
  Effect,
  Exit,
  type Fiber,
  Layer,
  Queue,
  Ref,
  Scope,
  Stream
} from "effect"
import type { RunnerStorage } from "effect/cluster/RunnerStorage"
import { Sharding } from "effect/cluster/Sharding"
import { ClusterConfig } from "./ClusterConfig.ts"
import * as InstanceActor from "./InstanceActor.ts"
import * as Membership from "./Membership.ts"

const unavailable = (reason: string) => new Rejected.Unavailable({ reason, retryAfter: 250 })

/** Whether the cluster, not the request, is why it failed: its message was turned away or cut off. */
const overloaded = (cause: Cause.Cause<{ readonly _tag: string }>): boolean =>
  cause.reasons.some((reason) => Cause.isFailReason(reason) && reason.error._tag === "MailboxFull")

const denied = (reason: Rejected.Rejected): Messages.Response => ({ _tag: "Denied", reason })

/**
 * What a request came to when no answer came. The sender repeats it with the same n; whether it was
 * carried out before is the cursor's to know.
 */
const unanswered = (
  cause: Cause.Cause<{ readonly _tag: string }>
): Effect.Effect<Messages.Response, Rejected.Unavailable> => {
  if (overloaded(cause)) {
    return Effect.succeed(
      denied(new Rejected.Overloaded({ bound: "callsPerInstance", retryAfter: 250 }))
    )
  }
  const failure = Effect.fail(unavailable("the instance is moving to another runner"))
  return Cause.hasDies(cause)
    ? Effect.andThen(Effect.logError("A request to an instance broke", cause), failure)
    : failure
}

/**
 * Whether a feed goes on. When its runner dies the cluster sends the request again, as it first was:
 * what came already would come twice. Then it ends instead; the reader knows where to go on.
 */
const goesOn = () => {
  let upTo = 0
  let lineage: string | undefined
  return (chunk: Messages.Chunk): boolean => {
    const first = chunk.events[0]
    if (lineage === chunk.lineage && first !== undefined && first.seq <= upTo) return false
    upTo = chunk.upTo
    lineage = chunk.lineage
    return true
  }
}

/**
 * How a feed's end is told. Without a typed error its runner stopped serving it, and the reader reads
 * on elsewhere: an end like any other.
 */
const ending = (
  exit: Exit.Exit<void, { readonly _tag: string }>
): Cause.Cause<Rejected.Unavailable | Cause.Done> => {
  const typed = Exit.isFailure(exit)
    ? exit.cause.reasons.find(Cause.isFailReason)?.error
    : undefined
  if (typed === undefined) return Cause.fail(Cause.Done())
  return Cause.fail(
    typed instanceof Rejected.Unavailable ? typed : unavailable("the feed was turned away")
  )
}

const make = Effect.gen(function* () {
  const sharding = yield* Sharding
  const config = yield* ClusterConfig
  const client = yield* sharding.makeClient(InstanceActor.InstanceActor)
  const here = yield* Ref.make<ReadonlyMap<number, InstanceActor.Live>>(new Map())
  const live = (instance: number) => Effect.map(Ref.get(here), (lives) => lives.get(instance))

  const membership = yield* Membership.make
  const clock = yield* Clock.Clock
  const scope = yield* Effect.scope

  /**
   * Asks, and asks again whenever runners came or went: a frozen runner never says that it will not
   * answer, and the request must not wait for it when another has the instance. Attempts are left
   * behind rather than interrupted: telling a frozen runner to stop waits for it, too.
   */
  const far = (instance: number, request: Messages.Request) =>
    Effect.suspend(() => {
      const answer = Deferred.makeUnsafe<Messages.Response, Rejected.Unavailable>()
      const attempts: Array<Fiber.Fiber<unknown, unknown>> = []
      const attempt = client(InstanceActor.entityId(instance))
        .call(request)
        .pipe(
          Effect.catchCause(unanswered),
          Effect.onExit((exit) => Deferred.done(answer, exit)),
          Effect.forkIn(scope),
          Effect.map((fiber) => attempts.push(fiber))
        )
      const wait: Effect.Effect<Messages.Response, Rejected.Unavailable> = Effect.flatMap(
        Effect.raceFirst(Deferred.await(answer), Effect.as(membership.changed, undefined)),
        (answered) =>
          answered === undefined ? Effect.andThen(attempt, wait) : Effect.succeed(answered)
      )
      return Effect.ensuring(
        Effect.andThen(attempt, wait),
        Effect.sync(() => attempts.forEach((fiber) => fiber.interruptUnsafe()))
      )
    })

  /**
   * Reads through a queue, for the same reason: a feed that is given up ends at once, and its runner
   * is told when it can be told. Given up when runners came or went and it has been silent since
   * before: then the one who went may be its own.
   */
  const farFeed = (instance: number, after: number) =>
    Stream.unwrap(
      Effect.gen(function* () {
        const queue = yield* Queue.bounded<Messages.Chunk, Rejected.Unavailable | Cause.Done>(
          config.feedBuffer
        )
        let heardAt = clock.currentTimeMillisUnsafe()
        const keeps = goesOn()
        const reading = yield* client(InstanceActor.entityId(instance))
          .feed({ after })
          .pipe(
            Stream.takeWhile(keeps),
            Stream.runForEach((chunk) => {
              heardAt = clock.currentTimeMillisUnsafe()
              return Queue.offer(queue, chunk)
            }),
            Effect.exit,
            Effect.flatMap((exit) => Queue.failCause(queue, ending(exit))),
            Effect.forkIn(scope)
          )
        const watching = yield* membership.changed.pipe(
          Effect.andThen(Effect.sync(() => clock.currentTimeMillisUnsafe() - heardAt)),
          Effect.repeat({ until: (silent) => silent > config.feedSilence / 3 }),
          Effect.andThen(Queue.end(queue)),
          Effect.forkIn(scope)
        )
        return Stream.ensuring(
          Stream.fromQueue(queue),
          Effect.sync(() => {
            reading.interruptUnsafe()
            watching.interruptUnsafe()
          })
        )
      })
    )

  const hosting = yield* Ref.make<ReadonlyArray<Scope.Closeable>>([])

  const placement = Placement.Placement.of({
    host: Effect.fnUntraced(function* (host) {
      const scope = yield* Scope.fork(yield* Effect.scope)
      yield* Ref.update(hosting, (all) => [...all, scope])
      const lives = yield* InstanceActor.register(host).pipe(
        Effect.provideService(Sharding, sharding),
        Scope.provide(scope)
      )
      yield* Ref.set(here, lives)
      yield* Scope.addFinalizer(scope, Ref.set(here, new Map()))
    }),
    call: (instance, request) =>
      Effect.flatMap(live(instance), (owner) =>
        owner === undefined ? far(instance, request) : owner.call(request)
      ).pipe(
        Effect.timeoutOrElse({
          duration: config.callWithin,
          orElse: () => Effect.fail(unavailable("the instance did not answer in time"))
        })
      ),
    feed: (instance, after) =>
      Stream.unwrap(
        Effect.map(live(instance), (owner) =>
          owner === undefined ? farFeed(instance, after) : owner.feed(after)
        )
      ).pipe(Stream.timeout(config.feedSilence))
  })
  const drain = Effect.flatMap(Ref.get(hosting), (scopes) =>
    Effect.forEach(scopes, (scope) => Scope.close(scope, Exit.void), { discard: true })
  )
  return Context.make(Placement.Placement, placement).pipe(Context.add(Drain, { drain }))
})

/** Gives this process's instances away while the engine that hosts them is still whole. */
export class Drain extends Context.Service<
  Drain,
  {
    /**
     * Leaves the cluster as a runner and releases every instance, as the end of the host's scope would.
     * Before that end: in a scope that closes, fibers that a host started later are gone already.
     */
    readonly drain: Effect.Effect<void>
  }
>()("wr2/cluster/Drain") {}

/** Placement among the processes of a cluster. `Sharding` says which, and whether this one hosts. */
export const layer: Layer.Layer<Placement.Placement | Drain, never, Sharding | RunnerStorage> =
  Layer.effectContext(make)

/** Drains when its scope closes: put it above the engine. */
export const layerDrain: Layer.Layer<never, never, Drain> = Layer.effectDiscard(
  Effect.flatMap(Drain, ({ drain }) => Effect.addFinalizer(() => drain))
)
