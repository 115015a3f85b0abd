/** An instance looks now and then whether it is as the world was authored, which may have changed since its birth. */
import { Action } from "@wr2/core"
import { Result } from "effect"
import { Instance } from "../aggregates/Instance.ts"
import { reshape } from "../commands/Reshape.ts"
import * as System from "../System.ts"

/** So often, in milliseconds. */
export const surveyEvery = 10_000

/** Wakes nobody: where no one is, nothing need be as it should. */
export const Survey = Action.make("Survey", { instance: Instance.Id }, { wakes: false })
/** Locks nothing: what it asks for looks for itself. */
export const surveyRule = Survey.rule({
  emits: [],
  locks: () => [],
  decide: (a) =>
    Result.succeed({
      next: [Survey.make(a, { every: surveyEvery })],
      issue: [{ actor: System.actor, command: reshape.make({ instance: a.instance }) }]
    })
})
