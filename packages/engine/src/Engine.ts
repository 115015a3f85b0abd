/**
 * The engine: every service of the path, put together.
 *
 *  1. A Command reaches its instance's owner through `Placement`: text or typed, with (actor,
 *     session, n, settled). `Instances` activates the instance if nobody has (epoch + 1, rows loaded).
 *  2. `Desk` takes it in between two cycles; `Ingress` answers what was answered before, holds back
 *     what came too early, bounds what waits: an inbox for each actor. Who is inside is looked at
 *     first; what is asked while an Enter or Leave is under way waits for it.
 *  3. `Selection` chooses between actors: what went back first, then by aged priority of their heads,
 *     then (due time, acceptance number). It has the `Planner` turn Commands into Actions on the exact
 *     projection, all under one time limit (`DecideGuard`). Rejected and read-only ones are answered
 *     here, if the epoch was confirmed lately; nothing is written for them.
 *  4. The chosen Actions' lock sets are joined; the `Scheduler` hands the cycle to the
 *     `ExecutorPool` as soon as an executor is free. One executor carries several instances at once.
 *  5. First flight (`InstanceStore.commit`): fence by epoch, lock rows by class and id, never waiting;
 *     read the database's clock.
 *  6. `Cycle.decide` numbers what is accepted, then runs every Action on what the one before left
 *     (`Execution`): `decide` gives Events, follow-ups and issued Commands, `evolve` changes the
 *     projection. What lacks a lock, room or its turn goes back, and takes all later ones of its actor
 *     along. With `queueFirst` everything new goes back once: accepted here, executed in the next.
 *  7. Second flight: cursors, rows, Events with the next seqs, action log, queue, outbox; COMMIT.
 *  8. `Settlement`: the projection is kept, the `Publisher` hands Events to subscribers, Commands are
 *     acknowledged; those with something to look at once their Actions have run. Messages go on
 *     through the `Relay`.
 *  9. When it fails: nothing was written and the cycle is tried again (Transient); accepting first,
 *     then one Action a transaction finds who broke a rule (Contents); another owner has it (Fenced);
 *     or nobody knows (Unknown, Wrong): everything held is forgotten, the instance is activated again
 *     and goes on with caution, one counted Action a transaction.
 * 10. Follow-ups due now run in the same cycle, later ones are queue rows; timers bring them back.
 *     An instance that nobody uses is released, with the time at which it must wake.
 */
import type { Game } from "@wr2/core"
import { Layer } from "effect"
import { ActionQueue } from "./ActionQueue.ts"
import { EntityIds } from "./EntityIds.ts"
import { ExecutorPool } from "./ExecutorPool.ts"
import { GameDef } from "./GameDef.ts"
import { Ingress } from "./Ingress.ts"
import { Instances } from "./Instances.ts"
import type { InstanceStore } from "./InstanceStore.ts"
import type { Placement } from "./Placement.ts"
import { Planner } from "./Planner.ts"
import { Publisher } from "./Publisher.ts"
import { Scheduler } from "./Scheduler.ts"

/** A layer that takes a service's place. What it requires of that service is the engine's own. */
export type Part<S> = Layer.Layer<S, never, S | GameDef | InstanceStore>

/** Services of the path that can be wrapped or replaced. */
export interface Parts {
  readonly ingress?: Part<Ingress>
  readonly planner?: Part<Planner>
  readonly queue?: Part<ActionQueue>
  readonly scheduler?: Part<Scheduler>
  readonly executors?: Part<ExecutorPool>
  readonly publisher?: Part<Publisher>
}

const part = <S, R>(own: Layer.Layer<S, never, R>, given: Part<S> | undefined) =>
  given === undefined ? own : Layer.provide(given, own)

/** The services that an engine is made of, each with its own layer or the one given. */
export const services = (
  parts: Parts = {}
): Layer.Layer<Scheduler | Publisher | ActionQueue, never, GameDef | InstanceStore> =>
  part(Scheduler.layer, parts.scheduler).pipe(
    Layer.provide([
      part(Ingress.layer, parts.ingress),
      part(Planner.layer, parts.planner),
      part(ExecutorPool.layer, parts.executors),
      EntityIds.layer
    ]),
    Layer.provideMerge(
      Layer.mergeAll(part(ActionQueue.layer, parts.queue), part(Publisher.layer, parts.publisher))
    )
  )

/**
 * Runs a game. Needs an InstanceStore and a Placement; offers this process's instances to the
 * Placement until its scope closes.
 *
 * @example
 * Engine.layer(bank).pipe(Layer.provide([Postgres.layer, Placement.layerLocal]))
 *
 * @example A service wrapped: the Planner that a layer asks for is the engine's own.
 * const sober = Layer.effect(Planner, Effect.map(Planner, ({ plan }) => ({
 *   plan: (input) => late(input) ? Result.fail(new TooLate()) : plan(input)
 * })))
 * Engine.layer(bank, { planner: sober })
 */
export const layer = (
  game: Game.Game<any, any, any, any>,
  parts: Parts = {}
): Layer.Layer<Instances, never, InstanceStore | Placement> =>
  Instances.layer.pipe(Layer.provide(services(parts)), Layer.provide(GameDef.layer(game)))
