/** Read-only Actions: answered from the projection at its last commit; no lock, no write. */
import type { Action, Actor } from "@wr2/core"
import { Rejected } from "@wr2/core"
import { Result } from "effect"
import { Overran } from "./DecideGuard.ts"
import type { Answer } from "./Messages.ts"
import type { Resident } from "./Resident.ts"

/** Whether an Action is read-only. */
export const isRead = (resident: Resident, action: Action.Planned): boolean =>
  resident.tools.definition.rules.get(action._tag)?.rule.view !== undefined

/** What a read-only Action shows, or its typed failure; Broken when it throws. */
export const answersOf = (
  resident: Resident,
  actor: Actor.Actor,
  action: Action.Planned
): Result.Result<ReadonlyArray<Answer>, { readonly _tag: string }> => {
  const { definition } = resident.tools
  const { rule } = definition.rules.get(action._tag)!
  try {
    const shown = rule.view!(action.payload, {
      projection: resident.projection,
      content: definition.content,
      now: resident.estimate(),
      actor,
      instance: resident.instance
    })
    return Result.map(shown, (events) =>
      (events as ReadonlyArray<{ readonly _tag: string }>).map((event) => ({
        type: event._tag,
        payload: JSON.stringify(event)
      }))
    )
  } catch (error) {
    if (error instanceof Overran) throw error
    return Result.fail(new Rejected.Broken({ reference: resident.broke(action._tag, error) }))
  }
}
