/** The proof that rules are pure, and that the log says all that they were run with: history run again. */
import type { Game } from "@wr2/core"
import * as Fold from "@wr2/engine/Fold"
import { prepare } from "@wr2/engine/GameDef"
import type { Limits } from "@wr2/engine/Limits"
import { defaults } from "@wr2/engine/Limits"
import { Replay } from "@wr2/engine/Replay"
import { grouped, inOrder } from "@wr2/engine/Steps"
import type { Kept } from "./Invariants.ts"

/** What does not come to the same when an instance's log is run again from its birth, the first of it. */
export const problems = (
  game: Game.Any,
  { events, instance, log, snapshot }: Kept,
  limits: Limits = defaults
): Array<string> => {
  const definition = prepare(game)
  const projection = Fold.ofSnapshot(game, snapshot)
  const replay = new Replay({ instance, limits, projection }, 0)
  const silent = log
    .filter(({ firstSeq }) => firstSeq === null)
    .sort((a, b) => a.asOf! - b.asOf! || a.no - b.no)
  const actions = new Map(log.map((action) => [action.no, action]))
  const { steps } = inOrder(grouped(events), actions, silent, false)
  for (const step of steps) {
    const verdict = replay.follow(() => definition, definition, step)
    if (verdict._tag === "Same" || verdict._tag === "Dead") continue
    const told = verdict._tag === "Different" ? JSON.stringify(verdict.difference) : verdict.why
    return [
      `instance ${instance}: Action ${step.no} (${step.action?.type}) run again is ${verdict._tag}: ${told}`
    ]
  }
  return []
}
