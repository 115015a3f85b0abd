/** All scenarios. */
import { actions } from "./Actions.ts"
import { circumstances } from "./Circumstances.ts"
import { derived } from "./Derived.ts"
import { erased } from "./Game.ts"
import type { Scenario } from "./Scenario.ts"

const written = new Set(actions.map(({ name }) => name))
const others = erased.actions.filter(({ _tag }) => !written.has(_tag))

export const scenarios: ReadonlyArray<Scenario> = [
  ...actions,
  ...others.flatMap(derived),
  ...circumstances
]

/** Types of Actions that have none, and change something. */
export const missing: ReadonlyArray<string> = others.flatMap((rule) =>
  rule.decide === undefined || derived(rule).length > 0 ? [] : [rule._tag]
)
