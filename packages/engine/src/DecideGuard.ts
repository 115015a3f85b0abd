/**
 * A time limit for synchronous work: a rule that loops cannot be interrupted by a fiber. None by
 * default; the server supplies one made of `vm.Script` (protocols.md 4).
 */
import { Context } from "effect"

/** Thrown by a guard whose limit was passed. */
export class Overran extends Error {
  override readonly name = "Overran"
}

/** Runs the thunk, and throws Overran when it takes longer than `millis`. */
export type Guard = <A>(millis: number, thunk: () => A) => A

export const DecideGuard = Context.Reference<Guard>("wr2/engine/DecideGuard", {
  defaultValue: () => (_millis, thunk) => thunk()
})
