/**
 * History run again: each Action of the log once more on the rows that it met, with its seed, time
 * and ids, by the decide phase of live execution; what comes of it compared with what was recorded.
 *
 * **Details** What is not comparable is taken as recorded, and counted: Actions of a rule, a message,
 * content or memory of another version than this build has, and dead letters, which changed nothing.
 * So the rows go on to be what the log says they were.
 *
 * **Gotchas** An Event of another version than this build has cannot even be folded: `Unreadable`.
 */
import type { Aggregate } from "@wr2/core"
import { EngineEvents, LockSet, Plain } from "@wr2/core"
import { Result } from "effect"
import * as Cycle from "./Cycle.ts"
import * as Fold from "./Fold.ts"
import type { Definition } from "./GameDef.ts"
import type { LockedRow } from "./InstanceStore.ts"
import type { Limits } from "./Limits.ts"
import * as Planner from "./Planner.ts"
import type { Projection } from "./Projection.ts"
import type { ActionLogRecord, ActionRecord, EventRecord, Ran } from "./Records.ts"
import { locksOf, pending } from "./Work.ts"

/** Events that one Action emitted, and its row of the log, if it has one. */
export interface Step {
  readonly action: ActionLogRecord | undefined
  /** Its number, also where it has no row. */
  readonly no: number | null
  readonly events: ReadonlyArray<EventRecord>
}

/** The first thing that is not as it was recorded. */
export interface Difference {
  /** Where in the history: an Event's seq, or that of the last one before it. */
  readonly seq: number
  readonly action: { readonly no: number | null; readonly type: string | null }
  /** What differs, in words. */
  readonly what: string
  /** As recorded. */
  readonly recorded: unknown
  /** As it came out now. */
  readonly now: unknown
}

/** What one step came to. */
export type Verdict =
  | { readonly _tag: "Same" }
  | { readonly _tag: "Different"; readonly difference: Difference }
  /** Taken as recorded. */
  | { readonly _tag: "NotComparable"; readonly why: string }
  | { readonly _tag: "Dead" }
  /** What it changed cannot be told by this build. */
  | { readonly _tag: "Unreadable"; readonly why: string }

/** What an Action came to when it was run alone. */
export interface Outcome {
  readonly outcome: "done" | "refused" | "failed" | "not run"
  readonly reason: unknown
  /** What broke it, with its stack. */
  readonly error: string | null
  readonly idBase: number | null
  readonly events: ReadonlyArray<EventRecord>
}

/** What Actions are run on. */
export interface World {
  readonly instance: number
  readonly limits: Limits
  readonly projection: Projection
}

/** Why a recorded Action cannot be compared with what this build would do; undefined when it can. */
export const incomparable = (
  definition: Definition | undefined,
  action: ActionRecord & Ran
): string | undefined => {
  if (definition === undefined)
    return `recorded with content ${action.contentHash}, which is neither in the database nor this build's`
  const entry = definition.rules.get(action.type)
  if (entry === undefined) return `this build has no Action ${action.type}`
  const { rule } = entry
  if (action.version !== rule.action.version)
    return `recorded with version ${action.version} of the message ${action.type}, this build has ${rule.action.version}`
  if (action.rule !== rule.version)
    return `recorded with rule version ${action.rule} of ${action.type}, this build has ${rule.version}`
  return undefined
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

/** Why this build cannot tell what an Event changes; undefined when it can. */
const unreadable = (
  definition: Definition,
  events: ReadonlyArray<EventRecord>
): string | undefined => {
  for (const { seq, type, version } of events) {
    const known = definition.events.get(type)?.event.version
    if (known === version) continue
    const has = known === undefined ? "does not know it" : `has version ${known}`
    return `Event ${seq} is a ${type} of version ${version}, and this build ${has}`
  }
  return undefined
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
    events
  }
}

/** Follows one instance's history from the rows it is given. */
export class Replay {
  private readonly world: World
  /** The seq of the last Event that the rows are as of. */
  seq: number
  /** Which Event changed a row last, by the row's key: where to look when a row is not as it should be. */
  private readonly changed = new Map<string, { readonly seq: number; readonly no: number | null }>()
  /** The same of rows that are no more: of some, the latest. */
  private readonly removed = new Map<string, { readonly seq: number; readonly no: number | null }>()

  constructor(world: World, seq: number) {
    this.world = world
    this.seq = seq
  }

  /** The Event that changed a row last, of those followed. */
  lastChange(ref: Aggregate.Ref): { readonly seq: number; readonly no: number | null } | undefined {
    const key = LockSet.key(ref)
    return this.changed.get(key) ?? this.removed.get(key)
  }

  /** Takes Events as they are recorded. Answers why that cannot be, if it cannot. */
  take(definition: Definition, events: ReadonlyArray<EventRecord>): string | undefined {
    const { projection } = this.world
    const why = unreadable(definition, events)
    if (why !== undefined) return why
    for (const event of events) {
      const value = Result.try(() => JSON.parse(event.payload))
      const applied = Result.flatMap(value, (told) =>
        Result.try(() => Fold.apply(definition, projection, { value: told, at: event.at }))
      )
      if (Result.isFailure(applied)) {
        projection.rollback()
        return `Event ${event.seq} (${event.type}) cannot be applied: ${String(applied.failure)}`
      }
    }
    this.keep(events.at(-1))
    return undefined
  }

  /** Runs a step again and compares; the rows are then as after it, unless it is Different or Unreadable. */
  follow(
    definitionOf: (contentHash: string) => Definition | undefined,
    fallback: Definition,
    step: Step
  ): Verdict {
    const { action, events, no } = step
    const [first] = events
    const taken = (some: ReadonlyArray<EventRecord>, verdict: Verdict): Verdict => {
      const why = this.take(fallback, some)
      return why === undefined ? verdict : { _tag: "Unreadable", why }
    }
    const different = (what: string, one: unknown, other: unknown, seq = first?.seq): Verdict => ({
      _tag: "Different",
      difference: {
        seq: seq ?? this.seq,
        action: { no, type: action?.type ?? null },
        what,
        recorded: one,
        now: other
      }
    })
    const isDeath =
      events.length === 1 &&
      first!.type === EngineEvents.ActionFailed._tag &&
      action?.firstSeq !== first!.seq
    if (isDeath) return taken(events, { _tag: "Dead" })
    if (action === undefined)
      return different("these Events name an Action that is not in the log", types(events), [])
    if ((action.firstSeq ?? undefined) !== first?.seq)
      return different(
        "its first Event is not the one that the log names",
        action.firstSeq,
        first?.seq
      )
    const why = incomparable(definitionOf(action.contentHash), action)
    if (why !== undefined) return taken(events, { _tag: "NotComparable", why })
    const definition = definitionOf(action.contentHash)!
    const unread = unreadable(definition, events)
    if (unread !== undefined) return { _tag: "Unreadable", why: unread }
    // Rebuilt memory is given: what it was built from may have been another build's.
    const given = events.findIndex(({ type }) => type !== EngineEvents.RuntimeRebuilt._tag)
    const rebuilt = given < 0 ? events : events.slice(0, given)
    const problem = this.take(definition, rebuilt)
    if (problem !== undefined) return { _tag: "Unreadable", why: problem }
    const own = events.slice(rebuilt.length)
    const again = run(this.world, definition, action, this.seq)
    if (again.events[0]?.type === EngineEvents.RuntimeRebuilt._tag) {
      this.world.projection.rollback()
      const whose = JSON.parse(again.events[0].payload) as { aggregate: string; id: number }
      const why = `it used the memory of ${whose.aggregate} ${whose.id}, of another version than this build's`
      return taken(own, { _tag: "NotComparable", why })
    }
    const found = differs(action, own, again)
    if (found !== undefined) {
      this.world.projection.rollback()
      return different(found.what, found.recorded, found.now, found.seq)
    }
    this.keep(own.at(-1))
    return { _tag: "Same" }
  }

  /** Makes what was applied the state of things. */
  private keep(last: EventRecord | undefined): void {
    const { projection } = this.world
    const by = { seq: last?.seq ?? this.seq, no: last?.actionNo ?? null }
    const { rows, runtimes } = projection.diff()
    for (const write of [...rows, ...runtimes]) {
      const key = LockSet.key(write)
      if (projection.entry(write.aggregate, write.id) !== undefined) {
        this.changed.set(key, by)
        continue
      }
      this.changed.delete(key)
      this.removed.set(key, by)
      if (this.removed.size > removedMax)
        this.removed.delete(this.removed.keys().next().value as string)
    }
    projection.commit(0)
    if (last !== undefined) this.seq = last.seq
  }
}

/** Rows that are no more of which it is remembered when they went. */
const removedMax = 100_000

const types = (events: ReadonlyArray<EventRecord>): ReadonlyArray<string> =>
  events.map(({ type }) => type)

/** Parts of an Event that must be the same, the telling ones first. */
const parts: ReadonlyArray<readonly [string, (event: EventRecord) => unknown]> = [
  ["type", (event) => event.type],
  ["payload", (event) => JSON.parse(event.payload)],
  ["streams", (event) => event.streams],
  ["time", (event) => event.at],
  ["Command", (event) => event.commandId],
  ["actor", (event) => event.actor]
]

/** What differs first between the Events and outcome recorded and those of now. */
const differs = (
  action: ActionLogRecord,
  events: ReadonlyArray<EventRecord>,
  again: Outcome
): (Pick<Difference, "what" | "recorded" | "now"> & { readonly seq?: number }) | undefined => {
  const same = (a: unknown, b: unknown) => Plain.canonical(a ?? null) === Plain.canonical(b ?? null)
  if (again.outcome === "failed" || again.outcome === "not run") {
    const error = again.error?.split("\n")[0] ?? null
    return {
      what: `it ${again.outcome === "failed" ? "breaks" : "does not run"} now`,
      recorded: action.outcome,
      now: error
    }
  }
  for (let i = 0; i < Math.max(events.length, again.events.length); i++) {
    const [was, is] = [events[i], again.events[i]]
    if (was === undefined)
      return { what: "one more Event", recorded: null, now: JSON.parse(is!.payload), ...at(events) }
    if (is === undefined)
      return { what: "an Event less", recorded: JSON.parse(was.payload), now: null, seq: was.seq }
    for (const [what, of] of parts) {
      if (!same(of(was), of(is)))
        return { what: `the ${what} of ${was.type}`, recorded: of(was), now: of(is), seq: was.seq }
    }
  }
  if (action.outcome !== again.outcome)
    return { what: "its outcome", recorded: action.outcome, now: again.outcome }
  if (!same(action.reason, again.reason))
    return { what: "why it was refused", recorded: action.reason, now: again.reason }
  if (action.idBase !== again.idBase)
    return { what: "its first new id", recorded: action.idBase, now: again.idBase }
  return undefined
}

const at = (events: ReadonlyArray<EventRecord>) => {
  const last = events.at(-1)
  return last === undefined ? {} : { seq: last.seq }
}
