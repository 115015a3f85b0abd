/**
 * The engine: every service of the path, put together.
 *
 *  1. A Command reaches its instance's owner through `Placement`: text or typed, with (actor,
 *     session, n, settled). `Instances` activates the instance if nobody has (epoch + 1, rows loaded).
 *  2. `Desk` takes it in between two cycles; `Ingress` answers what was answered before, holds back
 *     what came too early, bounds what waits: an inbox for each actor.
 *  3. `Selection` chooses between actors by aged priority, then (due time, acceptance number), and
 *     has the `Planner` turn Commands into Actions on the exact projection. Rejected and read-only
 *     ones are answered here; nothing is written for them.
 *  4. The chosen Actions' lock sets are joined; the `Scheduler` hands the cycle to the
 *     `ExecutorPool` as soon as an executor is free. One executor carries several instances at once.
 *  5. First flight (`InstanceStore.commit`): fence by epoch, lock rows by class and id, never waiting;
 *     read the database's clock.
 *  6. `Cycle.decide`: every Action on what the one before left: `decide` gives Events, follow-ups and
 *     issued Commands; `evolve` changes the projection; what lacks a lock goes back to its queue.
 *  7. Second flight: cursors, rows, Events with the next seqs, action log, queue, outbox; COMMIT.
 *  8. `Settlement`: the projection is kept, the `Publisher` hands Events to subscribers, Commands are
 *     acknowledged (with what their read-only Actions show), messages go on through the `Relay`.
 *  9. When it fails: nothing was written and the cycle is tried again (Transient); one Action a
 *     transaction finds who broke a rule (Contents); another owner has it (Fenced); or nobody knows
 *     (Unknown, Wrong): everything held is forgotten and the instance is activated again.
 * 10. Follow-ups due now run in the same cycle, later ones are queue rows; timers bring them back.
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

/** The host of instances with its parts still to be chosen: replace any service by a layer of yours. */
export const layerNoDeps = Instances.layer

/** The services that the engine is made of, each with its own layer. */
export const services: Layer.Layer<
  Scheduler | Publisher | Planner,
  never,
  GameDef | InstanceStore | ActionQueue
> = Scheduler.layer.pipe(
  Layer.provideMerge(Layer.mergeAll(Planner.layer, Publisher.layer)),
  Layer.provide([Ingress.layer, ExecutorPool.layer, EntityIds.layer])
)

/**
 * Runs a game. Needs an InstanceStore (and its ActionQueue) and a Placement; offers this process's
 * instances to the Placement until its scope closes.
 *
 * @example
 * Engine.layer(bank).pipe(Layer.provide([Postgres.layer, Placement.layerLocal]))
 */
export const layer = (
  game: Game.Game<any, any, any, any>
): Layer.Layer<Instances, never, InstanceStore | ActionQueue | Placement> =>
  layerNoDeps.pipe(Layer.provide(services), Layer.provide(GameDef.layer(game)))
