/**
 * Time for measuring how long something takes or may take: it goes on evenly, also where the time of day
 * is put right by minutes. A bucket, or a deadline, of the time of day would stand still until it is back
 * where it was.
 */
import { Clock, Effect } from "effect"

/** Milliseconds since some moment in this process. */
export const millis: Effect.Effect<number> = Effect.map(Clock.monotonicTimeNanos, (nanos) =>
  Number(nanos / 1_000_000n)
)
