/** Since when each spawner has been short, as its locked instance remembers; of one without memory, nothing. */
import type { Action } from "@wr2/core"
import { Result } from "effect"
import { Instance } from "./aggregates/Instance.ts"

/** By the slugs of those that are. */
export const since = (
  runtime: Action.Deciding["runtime"],
  instance: Instance["id"]
): Readonly<Record<string, number>> =>
  Result.getOrElse(runtime(Instance, instance), () => ({ short: {} })).short
