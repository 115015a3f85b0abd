/** Notices that runners came, went, or fell ill: what placement is made of. */
import { Effect, Latch, Schedule } from "effect"
import type { Scope } from "effect"
import { RunnerStorage } from "effect/cluster/RunnerStorage"
import { ClusterConfig } from "./ClusterConfig.ts"

/** What a process knows about who else there is. */
export interface Membership {
  /** Waits for the next change, and until this process's routing has learnt of it. */
  readonly changed: Effect.Effect<void>
}

/**
 * Looks as often as `effect/cluster` does, for it tells nobody what it saw. A look that fails (the
 * database is away) changes nothing.
 */
export const make: Effect.Effect<Membership, never, RunnerStorage | Scope.Scope> = Effect.gen(
  function* () {
    const storage = yield* RunnerStorage
    const { assignmentsEvery } = yield* ClusterConfig
    let known: string | undefined
    let next = Latch.makeUnsafe()
    const look = Effect.gen(function* () {
      const runners = yield* storage.getRunners
      const seen = runners
        .map(([{ address }, healthy]) => `${address.host}:${address.port} ${healthy}`)
        .sort()
        .join()
      if (seen === known) return
      const first = known === undefined
      known = seen
      if (first) return
      const waiters = next
      next = Latch.makeUnsafe()
      yield* Effect.forkScoped(Effect.delay(waiters.open, assignmentsEvery))
    })
    yield* look.pipe(
      Effect.ignoreCause,
      Effect.withTracerEnabled(false),
      Effect.repeat(Schedule.spaced(assignmentsEvery)),
      Effect.forkScoped
    )
    return { changed: Effect.suspend(() => next.await) }
  }
)
