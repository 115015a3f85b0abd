/**
 * Read-only Actions: answered from the projection at its last commit; no lock, no write. A Command
 * of them alone is answered in its turn; among writing Actions, after the commit that ran those.
 */
import type { Action, Actor } from "@wr2/core"
import { Rejected } from "@wr2/core"
import { Result } from "effect"
import type { Tracer } from "effect"
import { inTime, Overran } from "./DecideGuard.ts"
import type { Box, Waiting } from "./Ingress.ts"
import type { Answer } from "./Messages.ts"
import type { Resident } from "./Resident.ts"

/** Whether an Action is read-only. */
export const isRead = (resident: Resident, action: Action.Planned): boolean =>
  resident.tools.definition.rules.get(action._tag)?.rule.view !== undefined

/** What a view is answered from: a resident, or whoever explains. */
export interface Looked extends Pick<Resident, "instance" | "projection" | "estimate" | "broke"> {
  readonly tools: Pick<Resident["tools"], "definition">
}

/** What a read-only Action shows, or its typed failure; Broken when it throws. */
export const answersOf = (
  resident: Looked,
  actor: Actor.Actor,
  action: Action.Planned,
  span?: Tracer.Span
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
    return Result.fail(new Rejected.Broken({ reference: resident.broke(action._tag, error, span) }))
  }
}

/** A committed Command that is to be shown something. */
export interface Show {
  readonly box: Box
  readonly waiting: Waiting
  readonly reads: ReadonlyArray<Action.Planned>
}

/**
 * Answers committed Commands with what their read-only Actions show. If this process has slept since,
 * nothing is shown: others may have gone on. The Command is committed all the same.
 */
export const show = (resident: Resident, shows: ReadonlyArray<Show>): void => {
  const asOf = resident.lastSeq
  const found = !resident.isFresh()
    ? []
    : inTime(resident.tools, shows, ({ reads, waiting: { actor, commandId, span } }, solo) => {
        if (solo === "overran") {
          resident.broke(`a view of ${commandId}`, "overran the time limit", span)
          return []
        }
        return reads.flatMap((action) =>
          Result.getOrElse(answersOf(resident, actor, action, span), () => [])
        )
      })
  shows.forEach(({ box, waiting }, i) =>
    resident.inboxes.shown(box, waiting, {
      _tag: "Accepted",
      n: waiting.n,
      asOf,
      answers: found[i] ?? []
    })
  )
}
