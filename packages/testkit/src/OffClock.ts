/** A clock whose time of day can be off, as of a process on a machine that is put right by minutes. */
import { Clock, Effect } from "effect"

/** The clock, and by how much its time of day is ahead; what measures how long something takes goes on evenly. */
export interface OffClock {
  readonly clock: Clock.Clock
  readonly off: { millis: number }
}

/** Goes by the clock that is there, a virtual one too. */
export const make: Effect.Effect<OffClock> = Effect.map(Clock.Clock, (right) => {
  const off = { millis: 0 }
  const millis = () => right.currentTimeMillisUnsafe() + off.millis
  const nanos = () => right.currentTimeNanosUnsafe() + BigInt(off.millis) * 1_000_000n
  const shown: Partial<Clock.Clock> = {
    currentTimeMillisUnsafe: millis,
    currentTimeMillis: Effect.sync(millis),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos)
  }
  // All else is the right one's, also what a virtual clock has besides.
  const clock: Clock.Clock = Object.assign(Object.create(right), shown)
  return { clock, off }
})
