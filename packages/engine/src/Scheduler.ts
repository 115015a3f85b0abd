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
import type { Activation, CycleOutcome, StoreError } from "./InstanceStore.ts"
import { Limits } from "./Limits.ts"
import type { Mail } from "./Mail.ts"
import { Planner } from "./Planner.ts"
import { Publisher } from "./Publisher.ts"
import * as Relay from "./Relay.ts"
import { Resident } from "./Resident.ts"
import { Seeds } from "./Seeds.ts"
import * as Selection from "./Selection.ts"
import * as Settlement from "./Settlement.ts"
import * as Telemetry from "./Telemetry.ts"

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
    /** Makes an activated instance run; `mail`: what an earlier activation left unanswered. */
    readonly start: (
      activation: Activation,
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
      const tools = { definition, limits, planner, ids, seed, guard, clock, tracing }

      return {
        start: (activation, mail, send) => {
          const resident = new Resident(tools, ingress.open(activation.cursors), activation)
          const wake = Latch.makeUnsafe(true)
          let stopping = false
          resident.newMail = [...mail]
          publisher.open(resident.instance, resident.lineage, resident.lastSeq)
          const relay = Relay.make(resident, send, () => wake.openUnsafe())

          /** One cycle, until it is committed or the instance must be left. */
          const carry = Effect.fnUntraced(function* (chosen: Selection.Chosen) {
            let current = chosen
            let backoff = limits.retryFirst
            let eachGuarded = false
            while (true) {
              yield* ids.ready
              let decided: Cycle.Decided | Cycle.Foreign | undefined
              const cycle = current
              const outcome: Exit.Exit<CycleOutcome, StoreError> = yield* Effect.exit(
                pool.execute({
                  instance: resident.instance,
                  epoch: resident.epoch,
                  locks: cycle.locks,
                  decide: (locked) => {
                    resident.learn(locked.now)
                    const input = Settlement.input(resident, cycle)
                    try {
                      decided = eachGuarded
                        ? Cycle.decide(
                            { ...input, guard: (thunk) => guard(limits.decideWithin, thunk) },
                            locked
                          )
                        : guard(limits.decideWithin, () => Cycle.decide(input, locked))
                    } catch (error) {
                      // Somebody in it loops. Once more, one Action at a time: the one that does is a dead letter.
                      if (!(error instanceof Overran)) throw error
                      eachGuarded = true
                      decided = Cycle.decide(
                        { ...input, guard: (thunk) => guard(limits.decideWithin, thunk) },
                        locked
                      )
                    }
                    return "foreign" in decided ? undefined : decided.writes
                  }
                })
              )
              if (Exit.isSuccess(outcome)) {
                switch (outcome.value._tag) {
                  case "Committed":
                    resident.confirmedAt = resident.monotonic()
                    return Settlement.committed(
                      resident,
                      cycle,
                      decided as Cycle.Decided,
                      outcome.value.stamp,
                      publisher
                    )
                  case "Nothing":
                    return yield* new Ended({
                      end: {
                        _tag: "Reactivate",
                        why:
                          decided !== undefined && "foreign" in decided
                            ? decided.foreign
                            : "nothing was decided"
                      }
                    })
                  case "Fenced":
                    return yield* new Ended({ end: { _tag: "Fenced" } })
                  case "Held":
                    break
                }
              } else {
                const error = Settlement.storeError(outcome.cause)
                if (error.reason === "Fenced") return yield* new Ended({ end: { _tag: "Fenced" } })
                if (error.reason === "Wrong" || error.reason === "Unknown") {
                  return yield* new Ended({
                    end: { _tag: "Reactivate", why: `${error.reason}: ${error.message}` }
                  })
                }
                if (error.reason === "Contents") {
                  resident.projection.rollback()
                  const next = Settlement.split(resident, cycle, error.message)
                  if (next === undefined) return undefined
                  current = next
                  continue
                }
                yield* Effect.logDebug("a cycle is tried again", {
                  instance: resident.instance,
                  message: error.message
                })
              }
              resident.projection.rollback()
              yield* Effect.sleep(backoff)
              backoff = Math.min(backoff * 2, limits.retryMax)
            }
          })

          /** Reads and rejections need an epoch confirmed lately. False: answer Unavailable. */
          const fresh = Effect.suspend(() => {
            if (resident.monotonic() - resident.confirmedAt <= limits.readStaleness)
              return Effect.succeed(true)
            return store.confirm(resident.instance, resident.epoch).pipe(
              Effect.flatMap((owned) => {
                if (!owned) return Effect.fail(new Ended({ end: { _tag: "Fenced" } }))
                resident.confirmedAt = resident.monotonic()
                return Effect.succeed(true)
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
            return queue.due(resident.instance, { after, until, limit: limits.timersLoadMax }).pipe(
              Effect.map((records) => {
                // More than fit: as far as the read is surely complete. (A whole page at one time is taken as it is.)
                const last = records[records.length - 1]?.runAt
                if (records.length >= limits.timersLoadMax && last! > records[0]!.runAt)
                  resident.horizon = last! - 1
                for (const record of records) resident.schedule(record)
              }),
              Effect.tapError(() => Effect.sync(() => (resident.horizon = after))),
              Effect.catchTag("StoreError", (error) =>
                Effect.logDebug("timers could not be read", error.message)
              )
            )
          })

          const turn = Effect.gen(function* () {
            wake.closeUnsafe()
            if (stopping) return yield* new Ended({ end: { _tag: "Released" } })
            const mail = resident.newMail.splice(0)
            if ((mail.length > 0 || resident.inboxes.waiting > 0) && !(yield* fresh)) {
              const away = new Rejected.Unavailable({
                reason: "the database does not answer",
                retryAfter: 1_000
              })
              for (const each of mail) each.turnAway(away)
              for (const box of resident.inboxes.all()) resident.inboxes.empty(box, away)
              yield* Effect.sleep(limits.retryFirst)
              return
            }
            for (const each of mail) {
              Desk.handle(resident, each)
              if (!each.answered) resident.openMail.add(each)
            }
            yield* lookAhead
            Settlement.linkless(resident)
            const early = resident.inboxes.expire(resident.monotonic())
            const chosen = Selection.choose(resident)
            for (const [reason, count] of chosen.rejections) {
              yield* Metric.update(Metric.withAttributes(Telemetry.rejected, { reason }), count)
            }
            for (const defect of resident.defects.splice(0))
              yield* Effect.logError("a plan or view broke", defect)
            if (
              chosen.groups.length > 0 ||
              chosen.attempted.length > 0 ||
              chosen.delivered.length > 0
            ) {
              const done = yield* carry(chosen)
              if (done !== undefined) yield* Settlement.report(resident, done)
              relay.look()
              for (const mail of resident.openMail)
                if (mail.answered) resident.openMail.delete(mail)
              return
            }
            for (const mail of resident.openMail) if (mail.answered) resident.openMail.delete(mail)
            if (
              resident.newMail.length > 0 ||
              resident.hot.size > resident.resting.size ||
              stopping
            )
              return
            const wait = Math.min(
              ...[...resident.resting.values()].map((until) => until - resident.monotonic()),
              resident.nextTimerIn() ?? limits.timersHorizon / 4,
              early === undefined ? Number.POSITIVE_INFINITY : early - resident.monotonic(),
              Settlement.nextLinkless(resident),
              limits.timersHorizon / 4
            )
            yield* Effect.timeoutOption(wake.await, Math.max(1, wait))
          })

          return {
            resident,
            offer: (mail) => {
              if (stopping) return mail.turnAway(new Rejected.Moved({}))
              if (
                resident.newMail.length + resident.inboxes.waiting >=
                limits.commandsWaitingPerInstance
              ) {
                return mail.turnAway(
                  new Rejected.Overloaded({
                    bound: "commandsWaitingPerInstance",
                    retryAfter: 1_000
                  })
                )
              }
              resident.newMail.push(mail)
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
              Effect.scoped
            )
          }
        }
      }
    })
  )
}
