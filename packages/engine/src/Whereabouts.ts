/** Where somebody is whom a plan asks for: here, departed, or between two commits nowhere. */
import { Actor } from "@wr2/core"
import type { Resident } from "./Resident.ts"
import type { ActionRecord } from "./Records.ts"
import type { Group, Work } from "./Work.ts"

const came = ({ actor }: ActionRecord): boolean => actor?.type === Actor.instance(0).type
const arrived = ({ record }: Work): boolean => came(record)

/**
 * The instance to which an actor departed; null when it is here or was never. "arriving": it is not
 * here, and an Action that came with a message is accepted and not done: it may be that.
 *
 * **Details** The commit that accepts an arrival takes the cursor, which says that nobody is departed
 * any more; the row comes with the one that executes it, which is another when Actions are queued
 * first, in caution, or when the cycle was full. Where the database's clock was set back in between,
 * its time has yet to come again.
 */
export const departed = (
  { inboxes, projection, ready, timers, tools }: Resident,
  groups: ReadonlyArray<Group>,
  actor: Actor.Actor
): number | null | "arriving" => {
  const { movedTo } = inboxes.box(actor)
  if (movedTo !== null) return movedTo
  const aggregate = tools.definition.aggregates.get(actor.type)
  if (aggregate !== undefined && projection.get(aggregate, actor.id) !== undefined) return null
  const isArriving =
    groups.some(({ works }) => works.some(arrived)) ||
    [...ready.values()].some((works) => works.some(arrived)) ||
    timers.earliest((record) => record.cause === null && came(record)) !== undefined
  return isArriving ? "arriving" : null
}
