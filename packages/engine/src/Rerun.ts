/**
 * One Action run again alone, in a cycle of its own, by the decide phase of live execution: on the rows
 * as they are, with the seed, time and ids that it was recorded with.
 */
import type { Aggregate } from "@wr2/core"
import { LockSet } from "@wr2/core"
import * as Cycle from "./Cycle.ts"
import type { Definition } from "./GameDef.ts"
import type { LockedRow } from "./InstanceStore.ts"
import type { Limits } from "./Limits.ts"
import * as Planner from "./Planner.ts"
import type { Projection } from "./Projection.ts"
import type { ActionRecord, EventRecord, Ran } from "./Records.ts"
import { locksOf, pending } from "./Work.ts"

/** What an Action came to when it was run alone. */
export interface Outcome {
  readonly outcome: "done" | "refused" | "failed" | "not run"
  readonly reason: unknown
  /** What broke it, with its stack. */
  readonly error: string | null
  readonly idBase: number | null
  readonly events: ReadonlyArray<EventRecord>
  /** Actions that it caused, by follow-ups and issued Commands. */
  readonly caused: ReadonlyArray<ActionRecord>
}

/** What Actions are run on. */
export interface World {
  readonly instance: number
  readonly limits: Limits
  readonly projection: Projection
}

const planners = new WeakMap<World, Map<Definition, Cycle.Input["plan"]>>()

/** The planner of a definition: made once, it compiles a decoder for each Command. */
const plannerOf = (world: World, definition: Definition): Cycle.Input["plan"] => {
  let of = planners.get(world)
  if (of === undefined) planners.set(world, (of = new Map()))
  let plan = of.get(definition)
  if (plan === undefined)
    of.set(definition, (plan = Planner.make(definition, world.limits, () => {})))
  return plan
}

/** A lock on a row, as if the database had given it: what is replayed has no other owner. */
export const lockedRow = (projection: Projection, ref: Aggregate.Ref): LockedRow => {
  const { runtime, stamp } = projection.entry(ref.aggregate, ref.id)!
  return {
    ref,
    stamp,
    runtime: runtime && {
      stamp: runtime.stamp,
      dirty: runtime.dirty,
      cacheVersion: runtime.cacheVersion
    }
  }
}

/**
 * Runs one Action alone on the projection, as a cycle of its own; what it changed is not yet kept.
 * `seq` is that of the last Event before it.
 */
export const run = (
  world: World,
  definition: Definition,
  action: ActionRecord & Ran,
  seq: number
): Outcome => {
  const { instance, limits, projection } = world
  const locks = LockSet.make(locksOf(definition, projection, action))
  // Somebody's lock, then: it is taken as held for as long as it was.
  const busy =
    "reason" in action && (action.reason as { readonly _tag?: unknown } | null)?._tag === "Busy"
  let next = action.idBase ?? 0
  const decided = Cycle.decide(
    {
      instance,
      limits,
      projection,
      definition,
      plan: plannerOf(world, definition),
      ids: { contiguous: () => true, next: () => next++ },
      guard: undefined,
      lastSeq: seq,
      lastNo: action.no,
      lastNow: action.now,
      groups: [
        {
          actor: null,
          works: [{ ...pending(action), ...(busy ? { skips: limits.lockSkipsMax } : {}) }],
          accept: undefined,
          arriving: [],
          committed: undefined
        }
      ],
      room: 1,
      waiting: new Set(),
      overdue: () => false,
      acceptOnly: false,
      attempted: [],
      delivered: [],
      cursor: () => ({ lastN: 0, replies: [] }),
      overran: new Set(),
      runner: "replay"
    },
    {
      now: action.now,
      rows: busy ? [] : locks.map((ref) => lockedRow(projection, ref)),
      skipped: busy ? locks : [],
      missing: []
    }
  )
  if ("foreign" in decided) throw new Error(decided.foreign)
  const events = decided.writes.events.filter(({ actionNo }) => actionNo === action.no)
  const logged = decided.writes.log.find(({ no }) => no === action.no)
  const dead = decided.writes.dead.find(({ no }) => no === action.no)
  const { idBase = null } = logged ?? dead ?? {}
  return {
    outcome: logged?.outcome ?? (dead === undefined ? "not run" : "failed"),
    reason: logged?.reason ?? null,
    error: dead?.error ?? null,
    idBase,
    events,
    caused: [...decided.writes.queued, ...decided.writes.dead].filter(
      ({ cause }) => cause === action.no
    )
  }
}
