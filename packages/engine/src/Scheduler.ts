/**
 * One fiber for an instance: takes requests in, forms a cycle, has it carried, settles it, again.
 * At most one cycle is in flight; the next forms from whatever came meanwhile, without a timer.
 */
import { Rejected } from "@wr2/core"
import { Clock, Context, Data, Effect, Exit, Latch, Layer, Metric } from "effect"
import { ActionQueue } from "./ActionQueue.ts"
import * as Cycle from "./Cycle.ts"
import { DecideGuard, Overran } from "./DecideGuard.ts"
import * as Desk from "./Desk.ts"
import { EntityIds } from "./EntityIds.ts"
import { ExecutorPool } from "./ExecutorPool.ts"
import { GameDef } from "./GameDef.ts"
import { Ingress } from "./Ingress.ts"
import { InstanceStore } from "./InstanceStore.ts"
import type { Activation, Locked, StoreError } from "./InstanceStore.ts"
import { Limits } from "./Limits.ts"
import type { Mail } from "./Mail.ts"
import { Planner } from "./Planner.ts"
import { Publisher } from "./Publisher.ts"
import * as Relay from "./Relay.ts"
import { Resident } from "./Resident.ts"
import { Runner } from "./Runner.ts"
import { Seeds } from "./Seeds.ts"
import * as Selection from "./Selection.ts"
import * as Settlement from "./Settlement.ts"
import * as Telemetry from "./Telemetry.ts"
import * as Tracing from "./Tracing.ts"
import { Trials } from "./Trials.ts"

/** How an instance's loop came to its end. */
export type End =
  /** Another owner has it. */
  | { readonly _tag: "Fenced" }
  /** What is held may be wrong, or a commit is unknown: load again. */
  | { readonly _tag: "Reactivate"; readonly why: string }
  /** Released in order. */
  | { readonly _tag: "Released" }

/** Leaves the loop from within. */
class Ended extends Data.TaggedError("Ended")<{ readonly end: End }> {}

/** A running instance. */
export interface Running {
  readonly resident: Resident
  /** Takes a request in, synchronously. */
  readonly offer: (mail: Mail) => void
  /** Asks it to stop intake, finish its cycle and end. */
  readonly stop: () => void
  /** The loop; ends with what is to be done next. */
  readonly loop: Effect.Effect<End>
}

export class Scheduler extends Context.Service<
  Scheduler,
  {
    /**
     * Makes an activated instance run. `began`: when (monotonic, milliseconds) it was asked for;
     * `mail`: what an earlier activation left unanswered.
     */
    readonly start: (
      activation: Activation,
      began: number,
      mail: ReadonlyArray<Mail>,
      relay: Relay.Send
    ) => Running
  }
>()("wr2/engine/Scheduler") {
  static readonly layer: Layer.Layer<
    Scheduler,
    never,
    GameDef | InstanceStore | ActionQueue | ExecutorPool | Ingress | Planner | Publisher | EntityIds
  > = Layer.effect(
    Scheduler,
    Effect.gen(function* () {
      const definition = yield* GameDef
      const store = yield* InstanceStore
      const queue = yield* ActionQueue
      const pool = yield* ExecutorPool
      const ingress = yield* Ingress
      const planner = yield* Planner
      const publisher = yield* Publisher
      const ids = yield* EntityIds
      const limits = yield* Limits
      const guard = yield* DecideGuard
      const seed = yield* Seeds
      const clock = yield* Clock.Clock
      const tracer = yield* Effect.tracer
      const tracing = { tracer, nanos: () => clock.currentTimeNanosUnsafe() }
      const { name: runner } = yield* Runner
      const trials = new Trials()
      const tools = {
        definition,
        limits,
        planner,
        ids,
        seed,
        guard,
        clock,
        tracing,
        trials,
        runner
      }

      return {
        start: (activation, began, mail, send) => {
          const inboxes = ingress.open(activation.cursors)
          const resident = new Resident(tools, inboxes, activation, began)
          const wake = Latch.makeUnsafe(true)
          let stopping = false
          for (const each of mail) resident.receive(each)
          publisher.open(resident.instance, resident.lineage, resident.lastSeq)
          const relay = Relay.make(resident, send, () => wake.openUnsafe())

          const ended = (end: End) => Effect.fail(new Ended({ end }))

          /** The decide phase within its time limit: if somebody in it loops, again with a limit for each. */
          const decide = (
            chosen: Selection.Chosen,
            overran: Set<string>,
            locked: Locked
          ): Cycle.Decided | Cycle.Foreign => {
            resident.learn(locked.now)
            const within = <A>(thunk: () => A) => guard(limits.decideWithin, thunk)
            const each = () =>
              Cycle.decide(Settlement.input(resident, chosen, overran, within), locked)
            if (overran.size > 0) return each()
            try {
              return within(() =>
                Cycle.decide(Settlement.input(resident, chosen, overran, undefined), locked)
              )
            } catch (error) {
              if (error instanceof Overran) return each()
              throw error
            }
          }

          /** One cycle, until it is committed or the instance must be left; what must be tried instead. */
          const carry = Effect.fnUntraced(function* (chosen: Selection.Chosen) {
            let backoff = limits.retryFirst
            let atMost = limits.retryMax
            const overran = new Set<string>()
            const startedAt = tracing.nanos()
            while (true) {
              // Ids are there at once, or the database is away.
              const { away } = resident
              resident.away = true
              yield* ids.ready
              resident.away = away
              const began = resident.monotonic()
              let decided: Cycle.Decided | Cycle.Foreign | undefined
              const outcome = yield* Effect.exit(
                pool.execute({
                  instance: resident.instance,
                  epoch: resident.epoch,
                  locks: chosen.locks,
                  decide: (locked) => {
                    try {
                      decided = decide(chosen, overran, locked)
                    } catch (error) {
                      // A bug of ours: the others in this transaction must not pay for it.
                      decided = { foreign: `the decide phase broke: ${String(error)}` }
                    }
                    return "foreign" in decided ? undefined : decided.writes
                  }
                })
              )
              if (Exit.isSuccess(outcome)) {
                const { value } = outcome
                if (value._tag === "Committed") {
                  const done = decided as Cycle.Decided
                  resident.away = false
                  resident.confirmedAt = began
                  const { stamp } = value
                  Settlement.committed(resident, chosen, done, { stamp, startedAt, publisher })
                  yield* Settlement.report(resident, done)
                  return []
                }
                if (value._tag === "Fenced") return yield* ended({ _tag: "Fenced" })
                if (value._tag === "Nothing") {
                  const why = decided !== undefined && "foreign" in decided ? decided.foreign : ""
                  return yield* ended({ _tag: "Reactivate", why })
                }
              } else {
                const { message, reason } = Settlement.storeError(outcome.cause)
                if (reason === "Fenced") return yield* ended({ _tag: "Fenced" })
                if (reason === "Wrong" || reason === "Unknown")
                  return yield* ended({ _tag: "Reactivate", why: `${reason}: ${message}` })
                resident.projection.rollback()
                if (reason === "Contents") {
                  const instead = Settlement.split(resident, chosen, message)
                  if (instead.length === 0) yield* Effect.sleep(limits.retryFirst)
                  return instead
                }
                // Once is nothing; again and again is what an operator must hear of. What the database
                // refuses for good, the store has told.
                const unusable = reason === "Unusable"
                atMost = unusable ? limits.unusableRetryMax : limits.retryMax
                const quiet = unusable || backoff < limits.retryMax
                const log = quiet ? Effect.logDebug : Effect.logWarning
                yield* log("a cycle is tried again", {
                  instance: resident.instance,
                  message
                })
              }
              resident.projection.rollback()
              resident.away = true
              yield* Effect.sleep(backoff)
              backoff = Math.min(backoff * 2, atMost)
            }
          })

          /** Reads and rejections need an epoch confirmed lately. False: answer Unavailable. */
          const fresh = Effect.suspend(() => {
            if (resident.isFresh()) return Effect.succeed(true)
            const began = resident.monotonic()
            return store.confirm(resident.instance, resident.epoch).pipe(
              Effect.flatMap((owned) => {
                if (!owned) return ended({ _tag: "Fenced" })
                resident.confirmedAt = began
                // The answer may have been waited for in a long sleep.
                return Effect.succeed(resident.isFresh())
              }),
              Effect.catchTag("StoreError", () => Effect.succeed(false))
            )
          })

          /** Raises the horizon before its range is read. */
          const lookAhead = Effect.suspend(() => {
            if (resident.horizon - resident.estimate() > limits.timersHorizon / 2)
              return Effect.void
            const after = resident.horizon
            const until = resident.estimate() + limits.timersHorizon
            resident.horizon = until
            const read = (limit: number): Effect.Effect<void, StoreError> =>
              Effect.flatMap(queue.due(resident.instance, { after, until, limit }), (records) => {
                const last = records.at(-1)?.runAt
                if (records.length >= limit) {
                  // More than fit: as far as the read is surely complete, or all of one time.
                  if (last === records[0]!.runAt) return read(limit * 2)
                  resident.horizon = last! - 1
                }
                for (const record of records) resident.schedule(record)
                return Effect.void
              })
            return read(limits.timersLoadMax).pipe(
              Effect.tapError(() => Effect.sync(() => (resident.horizon = after))),
              Effect.catchTag("StoreError", (error) =>
                Effect.logDebug("timers could not be read", error.message)
              )
            )
          })

          const turn = Effect.gen(function* () {
            wake.closeUnsafe()
            if (stopping) return yield* ended({ _tag: "Released" })
            yield* lookAhead
            // Past the horizon nobody knows what is due, and in which order.
            const blind = resident.estimate() > resident.horizon
            const asked = resident.newMail.length > 0 || resident.inboxes.waiting > 0
            if (blind || (asked && !(yield* fresh))) {
              const reason = "the database does not answer"
              resident.turnAllAway(new Rejected.Unavailable({ reason, retryAfter: 1_000 }))
              return yield* Effect.sleep(limits.retryFirst)
            }
            // From here to the cycle nothing is waited for: what is read is what was confirmed.
            for (const each of resident.takeIn()) Desk.handle(resident, each)
            Settlement.linkless(resident)
            const early = resident.inboxes.expire(resident.monotonic())
            const chosen = Selection.choose(resident)
            for (const [reason, count] of chosen.rejections) {
              yield* Metric.update(Metric.withAttributes(Telemetry.rejected, { reason }), count)
            }
            const { attempted, delivered, groups } = chosen
            if (groups.length > 0 || attempted.length > 0 || delivered.length > 0) {
              for (const todo = [chosen]; todo.length > 0;) {
                todo.unshift(...(yield* carry(todo.shift()!)))
              }
              relay.look()
            }
            for (const { span, ...defect } of resident.defects.splice(0))
              yield* Tracing.within(span)(Effect.logError("a plan or view broke", defect))
            if (resident.newMail.length > 0 || resident.hot.size > resident.resting.size) {
              // Others get a turn between two of this instance.
              return yield* Effect.yieldNow
            }
            const now = resident.monotonic()
            const wait = Math.min(
              ...[...resident.resting.values()].map((until) => until - now),
              resident.nextTimerIn() ?? Number.POSITIVE_INFINITY,
              early === undefined ? Number.POSITIVE_INFINITY : early - now,
              resident.linklessAt - now,
              limits.timersHorizon / 4
            )
            yield* Effect.timeoutOption(wake.await, Math.max(1, wait))
          })

          return {
            resident,
            offer: (mail) => {
              if (stopping) return mail.turnAway(new Rejected.Moved({}))
              if (resident.load + mail.weight > limits.commandsWaitingPerInstance) {
                const retryAfter = 1_000
                return mail.turnAway(
                  resident.away
                    ? new Rejected.Unavailable({ reason: "the database is away", retryAfter })
                    : new Rejected.Overloaded({ bound: "commandsWaitingPerInstance", retryAfter })
                )
              }
              resident.receive(mail)
              wake.openUnsafe()
            },
            stop: () => {
              stopping = true
              wake.openUnsafe()
            },
            loop: relay.run.pipe(
              Effect.forkScoped,
              Effect.andThen(Effect.forever(turn)),
              Effect.catchTag("Ended", ({ end }) => Effect.succeed(end)),
              Effect.onExit((exit) =>
                Effect.sync(() =>
                  trials.endAll(resident, Exit.isSuccess(exit) && exit.value._tag === "Reactivate")
                )
              ),
              Effect.scoped
            )
          }
        }
      }
    })
  )
}
