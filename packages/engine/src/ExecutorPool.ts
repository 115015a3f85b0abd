/**
 * Executors carry cycles to the database: whatever waits when one is free goes in one transaction,
 * at once, without a timer. Supervised: an executor that dies (interrupted, or by a defect of whatever
 * it called) is replaced; the cycles that it had in hand are Unknown to their instances, which
 * re-activate and read what happened. What fails in a typed way is an answer, and kills nobody.
 */
import {
  Clock,
  Context,
  Deferred,
  Duration,
  Effect,
  Exit,
  Fiber,
  Latch,
  Layer,
  Metric
} from "effect"
import { InstanceStore, StoreError } from "./InstanceStore.ts"
import type { Cycle, CycleOutcome } from "./InstanceStore.ts"
import { Limits } from "./Limits.ts"
import * as Telemetry from "./Telemetry.ts"

interface Job {
  readonly cycle: Cycle
  readonly outcome: Deferred.Deferred<CycleOutcome, StoreError>
}

export class ExecutorPool extends Context.Service<
  ExecutorPool,
  {
    /** Commits a cycle; an owner has at most one under way. */
    readonly execute: (cycle: Cycle) => Effect.Effect<CycleOutcome, StoreError>
    /** The executors now at work, for supervision and its tests. */
    readonly executors: Effect.Effect<ReadonlyArray<Fiber.Fiber<void>>>
  }
>()("wr2/engine/ExecutorPool") {
  static readonly layer: Layer.Layer<ExecutorPool, never, InstanceStore> = Layer.effect(
    ExecutorPool,
    Effect.gen(function* () {
      const store = yield* InstanceStore
      const { carryMax, executors } = yield* Limits
      const waiting = new Set<Job>()
      const some = Latch.makeUnsafe(false)
      const fibers = new Map<number, Fiber.Fiber<void>>()

      const settle = (job: Job, exit: Exit.Exit<CycleOutcome, StoreError>): void => {
        Deferred.doneUnsafe(job.outcome, exit)
      }
      const commit = Effect.fnUntraced(function* (jobs: ReadonlyArray<Job>) {
        const began = yield* Clock.currentTimeMillis
        const exit = yield* Effect.exit(store.commit(jobs.map(({ cycle }) => cycle)))
        const took = (yield* Clock.currentTimeMillis) - began
        yield* Metric.update(Telemetry.transactionTime, Duration.millis(took))
        yield* Metric.update(
          Metric.withAttributes(Telemetry.transactions, {
            outcome: Exit.isSuccess(exit) ? "committed" : reasonOf(exit)
          }),
          1
        )
        yield* Metric.update(Telemetry.carried, jobs.length)
        // A defect leaves nobody knows what behind: this executor ends here, and another begins.
        if (Exit.isFailure(exit) && failed(exit) === undefined) yield* Effect.orDie(exit)
        return exit
      })
      const run = Effect.fnUntraced(function* (jobs: ReadonlyArray<Job>) {
        const exit = yield* commit(jobs)
        if (Exit.isSuccess(exit)) {
          jobs.forEach((job, i) => settle(job, Exit.succeed(exit.value[i]!)))
          return
        }
        if (jobs.length === 1 || reasonOf(exit) === "Unknown") {
          for (const job of jobs)
            settle(
              job,
              Exit.map(exit, (outcomes) => outcomes[0]!)
            )
          return
        }
        // One instance must not fail the others that were carried with it.
        for (const job of jobs) {
          const alone = yield* commit([job])
          settle(
            job,
            Exit.map(alone, (outcomes) => outcomes[0]!)
          )
        }
      })
      /** As many as one transaction carries, of each instance one: an owner and its successor may both wait. */
      const take = (): ReadonlyArray<Job> => {
        const jobs = new Map<number, Job>()
        for (const job of waiting) {
          if (jobs.size >= carryMax) break
          if (!jobs.has(job.cycle.instance)) jobs.set(job.cycle.instance, job)
        }
        const taken = [...jobs.values()]
        for (const job of taken) waiting.delete(job)
        return taken
      }
      const executor = Effect.suspend(() => {
        let inHand: ReadonlyArray<Job> = []
        return Effect.gen(function* () {
          while (true) {
            yield* some.await
            // Taken in one synchronous step: no interruption can lose a job between queue and hand.
            inHand = take()
            if (waiting.size === 0) some.closeUnsafe()
            if (inHand.length > 0) yield* run(inHand)
            inHand = []
          }
        }).pipe(
          Effect.onExit((exit) =>
            Effect.sync(() => {
              const error = new StoreError({
                reason: "Unknown",
                message: `its executor stopped: ${exit._tag}`
              })
              for (const job of inHand) settle(job, Exit.fail(error))
            })
          )
        )
      })
      const supervise = (n: number) =>
        Effect.gen(function* () {
          while (true) {
            const fiber = yield* Effect.forkChild(executor)
            fibers.set(n, fiber)
            const exit = yield* Fiber.await(fiber)
            yield* Effect.logWarning("an executor stopped and is replaced", { executor: n, exit })
          }
        })
      for (let n = 0; n < executors; n++) yield* Effect.forkScoped(supervise(n))

      return {
        execute: (cycle) =>
          Effect.suspend(() => {
            const outcome = Deferred.makeUnsafe<CycleOutcome, StoreError>()
            const job: Job = { cycle, outcome }
            waiting.add(job)
            some.openUnsafe()
            // Nobody waits for it any more: it need not be carried, if it is still here.
            return Effect.onInterrupt(Deferred.await(outcome), () =>
              Effect.sync(() => waiting.delete(job))
            )
          }),
        executors: Effect.sync(() => [...fibers.values()])
      }
    })
  )
}

/** The typed error of a failure; none where it is a defect or an interruption. */
const failed = ({ cause }: Exit.Failure<unknown, StoreError>): StoreError | undefined =>
  cause.reasons.find((reason) => reason._tag === "Fail")?.error

const reasonOf = (exit: Exit.Exit<unknown, StoreError>): string =>
  Exit.isSuccess(exit) ? "committed" : (failed(exit)?.reason ?? "Unknown")
