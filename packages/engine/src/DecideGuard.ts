/**
 * A time limit for synchronous work: a rule that loops cannot be interrupted by a fiber. None by
 * default; the server supplies one (docs/protocols.md 4).
 */
import { Context } from "effect"
import type { Limits } from "./Limits.ts"

/** Thrown by a guard whose limit was passed. */
export class Overran extends Error {
  override readonly name = "Overran"
}

/** Runs the thunk, and throws Overran when it takes longer than `millis`. */
export type Guard = <A>(millis: number, thunk: () => A) => A

export const DecideGuard = Context.Reference<Guard>("wr2/engine/DecideGuard", {
  defaultValue: () => (_millis, thunk) => thunk()
})

/**
 * Asks a question of each, all under one time limit (a guard costs more than most questions). When
 * that is passed, the one it was passed at is asked again, alone: it may have been the sum of all.
 * One that overruns alone is asked with "overran", for the answer to give in its place.
 *
 * **Gotchas** The question may be ended anywhere and asked again: it must change nothing.
 */
export const inTime = <A, B>(
  { guard, limits }: { readonly guard: Guard; readonly limits: Limits },
  all: ReadonlyArray<A>,
  ask: (one: A, solo?: "overran") => B
): ReadonlyArray<B> => {
  const found: Array<B> = []
  const within = limits.decideWithin
  const rest = (): void => {
    while (found.length < all.length) found.push(ask(all[found.length]!))
  }
  while (found.length < all.length) {
    if (overruns(() => guard(within, rest))) {
      const suspect = all[found.length]
      // Ended between two questions: nobody is to blame.
      if (suspect === undefined) break
      if (overruns(() => guard(within, () => found.push(ask(suspect)))))
        found.push(ask(suspect, "overran"))
    }
  }
  return found
}

const overruns = (thunk: () => void): boolean => {
  try {
    thunk()
    return false
  } catch (error) {
    if (error instanceof Overran) return true
    throw error
  }
}
