/** All mutants, and all that is claimed against them. */
import * as accepting from "./accepting.ts"
import * as bounds from "./bounds.ts"
import * as consuming from "./consuming.ts"
import * as hearing from "./hearing.ts"
import type { Check, Mutant } from "./Mutant.ts"
import * as order from "./order.ts"
import * as owning from "./owning.ts"
import * as state from "./state.ts"
import * as things from "./things.ts"

export const mutants: ReadonlyArray<Mutant> = [
  accepting,
  consuming,
  state,
  order,
  owning,
  bounds,
  things,
  hearing
]
  .flatMap((each) => each.mutants)
  .sort((a, b) => Number.parseInt(a.invariant) - Number.parseInt(b.invariant))

/** Each check once. */
export const checks: ReadonlyArray<Check> = [...new Set(mutants.map(({ check }) => check))]
