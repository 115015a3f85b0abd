/** An Action on its way through the owner, and what the Actions of one actor do together in a cycle. */
import type { Action, Aggregate } from "@wr2/core"
import { Actor, Plain } from "@wr2/core"
import type { Tracer } from "effect"
import { Overran } from "./DecideGuard.ts"
import * as DeadLetters from "./DeadLetters.ts"
import type { Definition } from "./GameDef.ts"
import type { Projection } from "./Projection.ts"
import type { ActionRecord, CursorRecord } from "./Records.ts"

/** What became of an Action. */
export type WorkResult =
  | { readonly _tag: "Done" }
  | { readonly _tag: "Refused"; readonly reason: unknown }
  | { readonly _tag: "Failed"; readonly reference: string }

/** Why an Action is not to be run. `look`: it may be asked what it locks; never one that kills whoever asks. */
export interface Condemned {
  readonly why: string
  readonly look: boolean
}

/** An Action to be run. New ones (`queued: false`) get their number and time in the decide phase. */
export interface Work {
  readonly record: ActionRecord
  readonly queued: boolean
  /** For new ones: run this long after now. */
  readonly delay: number
  /** How often somebody else's lock sent it back. */
  readonly skips: number
  /** It went back for want of a lock or of room: first in the next cycle. */
  readonly front: boolean
  /** To be run in a transaction of its own. */
  readonly alone: boolean
  /** Its attempt is counted (caution). */
  readonly counted: boolean
  /** Condemned before it runs, and why: it becomes a dead letter. */
  readonly condemned: Condemned | undefined
  /** The span of the Command that it comes of, when that is traced and was accepted by this owner. */
  readonly span: Tracer.Span | undefined
  /** Told after the commit in which it ran. */
  readonly done: ((result: WorkResult) => void) | undefined
}

/** What one actor does in this cycle: the Actions of one Command, or its due ones, in order. */
export interface Group {
  /** Whose order they keep (`orderOf`). */
  readonly actor: string | null
  readonly works: ReadonlyArray<Work>
  /** The Command that is accepted with it. */
  readonly accept:
    | {
        readonly actor: string
        readonly n: number
        readonly settled: number
        readonly commandId: string
      }
    | undefined
  /** Cursors that arrive with a message from another instance. */
  readonly arriving: ReadonlyArray<CursorRecord>
  /** Told after the commit. */
  readonly committed: ((asOf: number) => void) | undefined
}

const fresh: Omit<Work, "record"> = {
  queued: false,
  delay: 0,
  skips: 0,
  front: false,
  alone: false,
  counted: false,
  condemned: undefined,
  span: undefined,
  done: undefined
}

/**
 * Whose order an Action keeps: its actor's. What nobody does, or the world itself (timers, triggers,
 * spawners), waits for no other: a lock on one room must not hold up what happens in the next.
 */
export const orderOf = ({ actor }: ActionRecord): string | null =>
  actor === null || actor.type === Actor.system.type ? null : Actor.key(actor)

/** A queued Action as work. */
export const pending = (record: ActionRecord): Work => ({ ...fresh, record, queued: true })

/** A new Action as work. */
export const made = (record: ActionRecord, some: Partial<Omit<Work, "record">> = {}): Work => ({
  ...fresh,
  ...some,
  record
})

/** A new Action whose first attempt is counted when it is accepted (caution). */
export const counted = (work: Work): Work => ({
  ...work,
  counted: true,
  record: { ...work.record, attempts: 1 }
})

/** It was tried before, and its runner went down. */
export const isSuspect = ({ record }: Work): boolean => record.attempts > 0

/** A message that nobody let in: a dead letter. */
export const lost = (record: ActionRecord): Work =>
  made(record, { counted: true, condemned: { why: DeadLetters.notLetIn, look: false } })

/** Milliseconds of a hundred years: what is due later is a mistake. */
export const farthest = 100 * 365 * 86_400_000

/** Says what is wrong with when and how urgently an Action is planned, if anything is. */
export const mistimed = ({ after, every, priority }: Action.Planned): string | undefined => {
  for (const [name, value] of Object.entries({ after, every, priority })) {
    if (value === undefined) continue
    const wrong = Plain.problem(value, name)
    if (wrong !== undefined) return wrong
    if (Math.abs(value) > farthest) return `${name}: more than a hundred years`
  }
  return undefined
}

/** A priority within its bounds. */
export const bounded = (priority: number): number => Math.max(-100, Math.min(100, priority))

/** What a new Action of a Command is made of. */
export const newWork = (input: {
  readonly planned: Action.Planned
  readonly definition: Definition
  readonly actor: Actor.Actor | null
  readonly commandId: string | null
  readonly key: string
  readonly seed: number
  readonly span?: Work["span"]
  readonly done?: Work["done"]
}): Work => {
  const { planned } = input
  const { options, version } = input.definition.rules.get(planned._tag)!.rule.action
  const record: ActionRecord = {
    no: 0,
    type: planned._tag,
    version,
    payload: planned.payload,
    actor: input.actor,
    commandId: input.commandId,
    cause: null,
    key: input.key,
    seed: input.seed,
    priority: bounded(planned.priority ?? options.priority),
    runAt: 0,
    attempts: 0,
    depth: 0
  }
  const delay = Math.max(0, planned.after ?? planned.every ?? 0)
  return made(record, { delay, span: input.span, done: input.done })
}

/** The lock set of a work on the projection as it is: what it names and what exists. */
export const locksOf = (
  definition: Definition,
  projection: Projection,
  record: ActionRecord
): ReadonlyArray<Aggregate.Ref> => {
  const entry = definition.rules.get(record.type)
  if (entry === undefined) return []
  try {
    return entry.rule
      .locks(record.payload, { projection })
      .filter((ref) => projection.entry(ref.aggregate, ref.id) !== undefined)
  } catch (error) {
    if (error instanceof Overran) throw error
    return [] // The decide phase computes them again and makes the throw a defect of this Action alone.
  }
}

/** Whether one comes after another in their actor's order: (due time, acceptance number), new ones last. */
export const later = (a: ActionRecord, b: ActionRecord): boolean =>
  a.no === 0 || a.runAt > b.runAt || (a.runAt === b.runAt && a.no > b.no)
