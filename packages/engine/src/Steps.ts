/** A log put in the order in which it happened, for whoever runs it again. */
import type { ActionLogRecord, EventRecord } from "./Records.ts"
import type { Step } from "./Replay.ts"

/** Events as those of one Action each: an Action's follow one another. */
export const grouped = (events: ReadonlyArray<EventRecord>): Array<ReadonlyArray<EventRecord>> => {
  const groups: Array<Array<EventRecord>> = []
  for (const event of events) {
    const group = groups.at(-1)
    // Two Actions without a number would be one: there are none such in a log of the engine's.
    if (group !== undefined && group[0]!.actionNo === event.actionNo) group.push(event)
    else groups.push([event])
  }
  return groups
}

const stepOf = (
  events: ReadonlyArray<EventRecord>,
  actions: ReadonlyMap<number, ActionLogRecord>
): Step => {
  const no = events[0]!.actionNo
  return { action: no === null ? undefined : actions.get(no), no, events }
}

/**
 * Actions with Events, and between them those without (`silent`, by `asOf`): each after the last Event
 * that there was. `more`: there are more without, so Events after the last of these are left.
 */
export const inOrder = (
  groups: ReadonlyArray<ReadonlyArray<EventRecord>>,
  actions: ReadonlyMap<number, ActionLogRecord>,
  silent: ReadonlyArray<ActionLogRecord>,
  more: boolean
): { readonly steps: ReadonlyArray<Step>; readonly left: typeof groups } => {
  const steps: Array<Step> = []
  let at = 0
  for (const action of silent) {
    while (at < groups.length && groups[at]![0]!.seq <= action.asOf!)
      steps.push(stepOf(groups[at++]!, actions))
    steps.push({ action, no: action.no, events: [] })
  }
  if (!more) while (at < groups.length) steps.push(stepOf(groups[at++]!, actions))
  return { steps, left: groups.slice(at) }
}
