/** All scenarios. */
import { actions } from "./Actions.ts"
import { circumstances } from "./Circumstances.ts"
import { game } from "./Ground.ts"
import type { Scenario } from "./Scenario.ts"

export const scenarios: ReadonlyArray<Scenario> = [...actions, ...circumstances]

/** Types of Actions that have none. */
export const missing: ReadonlyArray<string> = game.actions.flatMap(({ _tag }) =>
  actions.some(({ name }) => name === _tag) ? [] : [_tag]
)
