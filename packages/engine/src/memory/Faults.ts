/** Faults of the memory database: what tests and simulations do to each call of a port. */
import { Clock, Context, Effect } from "effect"
import type { Result } from "effect"
import { StoreError } from "../PortErrors.ts"
import type { State } from "./Tables.ts"

/** One call of a port. */
export interface Call {
  readonly port: "InstanceStore" | "ActionQueue" | "EventLog" | "Accounts" | "ConsumerOffsets"
  /** The port's method, such as `commit`. */
  readonly method: string
  /** The instances it is about, in order as given. */
  readonly instances: ReadonlyArray<number>
}

/** What happens around a call. */
export interface Faults {
  /**
   * Before anything is done: may wait, run something, or fail the call, which then did nothing.
   * Transient: the connection was lost early. Unknown: COMMIT was sent and never arrived.
   */
  readonly before: (call: Call) => Effect.Effect<void, StoreError>
  /**
   * After it was done: may wait, run something, or fail the call. A call that writes is then Unknown,
   * whatever it failed with: COMMIT went through and its answer was lost. Not interruptible, unless
   * made so: `Effect.interruptible(Effect.never)` is a process that dies here.
   */
  readonly after: (call: Call) => Effect.Effect<void, StoreError>
}

/**
 * Read when a port's layer is built, so that several engines on one database have faults of their
 * own: `Layer.provide(Layer.succeed(MemoryFaults, { ...noFaults, before }))`.
 */
export const MemoryFaults = Context.Reference<Faults>("wr2/engine/MemoryFaults", {
  defaultValue: () => noFaults
})

/** Nothing happens. */
export const noFaults: Faults = { before: () => Effect.void, after: () => Effect.void }

/** The database's clock, in whole milliseconds. */
export const now = (state: State): Effect.Effect<number> =>
  Effect.map(Clock.currentTimeMillis, (millis) => Math.floor(millis) + state.clockShift)

/** Makes the calls of one port: each is one step, with the database's clock, between its faults. */
export const caller = (state: State, faults: Faults, port: Call["port"]) => {
  const call =
    (onLate: (error: StoreError) => StoreError) =>
    <A, E>(
      method: string,
      instances: ReadonlyArray<number>,
      step: (now: number) => Result.Result<A, E>
    ): Effect.Effect<A, E | StoreError> =>
      Effect.suspend(() => {
        const made: Call = { port, method, instances }
        const done = Effect.flatMap(now(state), (millis) =>
          Effect.suspend(() => Effect.fromResult(step(millis)))
        )
        const after = Effect.mapError(
          Effect.suspend(() => faults.after(made)),
          onLate
        )
        // A database is never answered in the same turn.
        return Effect.suspend(() => faults.before(made)).pipe(
          Effect.andThen(Effect.yieldNow),
          Effect.andThen(Effect.uninterruptible(Effect.tap(done, after)))
        )
      })
  return {
    /** A call that changes nothing. */
    read: call((error) => error),
    /** A call that writes. */
    write: call((error) => new StoreError({ reason: "Unknown", message: error.message }))
  }
}
