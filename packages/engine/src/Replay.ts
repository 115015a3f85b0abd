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
import * as Fold from "./Fold.ts"
import type { Definition } from "./GameDef.ts"
import type { ActionLogRecord, ActionRecord, EventRecord, Ran } from "./Records.ts"
import { run } from "./Rerun.ts"
import type { Outcome, World } from "./Rerun.ts"

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

/** Follows one instance's history from the rows it is given. */
export class Replay {
  private readonly world: World
  /** The seq of the last Event that the rows are as of. */
  seq: number
  /** Which Event changed a row last, by the row's key: where to look when a row is not as it should be. */
  private readonly changed = new Map<string, { readonly seq: number; readonly no: number | null }>()
  /** The same of rows that are no more: of some, the latest. */
  private readonly removed = new Map<string, { readonly seq: number; readonly no: number | null }>()

  /** Actions that were caused by what was run again, and not yet met in the log. */
  private readonly caused = new Map<string, ActionRecord>()
  /** What was run again: of the latest, what they did not cause is theirs to deny. */
  private readonly causes = new Set<number>()

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
    const found = this.miscaused(action) ?? differs(action, own, again)
    if (found !== undefined) {
      this.world.projection.rollback()
      return different(found.what, found.recorded, found.now, found.seq)
    }
    this.keep(own.at(-1))
    for (const record of again.caused) this.caused.set(record.key, record)
    this.causes.add(action.no)
    if (this.causes.size > rememberedMax) this.causes.delete(this.causes.values().next().value!)
    return { _tag: "Same" }
  }

  /** Whether what caused an Action causes another one now, or none in its place. */
  private miscaused(action: ActionLogRecord): ReturnType<typeof differs> {
    const now = this.caused.get(action.key)
    this.caused.delete(action.key)
    if (now === undefined && !(action.cause !== null && this.causes.has(action.cause)))
      return undefined
    const what = `what Action ${action.cause} caused`
    const as = (record: ActionRecord | undefined) =>
      record && {
        type: record.type,
        payload: record.payload,
        actor: record.actor,
        seed: record.seed
      }
    const [recorded, again] = [as(action), as(now)]
    return same(recorded, again) ? undefined : { what, recorded, now: again }
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
      if (this.removed.size > rememberedMax) this.removed.delete(this.removed.keys().next().value!)
    }
    projection.commit(0)
    if (last !== undefined) this.seq = last.seq
  }
}

/** Of so many rows that are no more it is remembered when they went, and of so many Actions that they ran. */
const rememberedMax = 100_000

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

const same = (a: unknown, b: unknown): boolean =>
  Plain.canonical(a ?? null) === Plain.canonical(b ?? null)

/** What differs first between the Events and outcome recorded and those of now. */
const differs = (
  action: ActionLogRecord,
  events: ReadonlyArray<EventRecord>,
  again: Outcome
): (Pick<Difference, "what" | "recorded" | "now"> & { readonly seq?: number }) | undefined => {
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
