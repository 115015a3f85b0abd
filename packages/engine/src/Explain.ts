/**
 * What a Command would come to, and nothing done: planned, decided and evolved by the code that does
 * it live, on rows that are thrown away afterwards.
 *
 * **Gotchas** An accepted Action's seed is drawn at random, and its ids from a supply: what hangs on
 * them is one of the things that may happen, that of the seed and id given here.
 */
import type { Actor, Aggregate } from "@wr2/core"
import { Hash, LockSet } from "@wr2/core"
import { Result } from "effect"
import * as Cycle from "./Cycle.ts"
import type { Definition } from "./GameDef.ts"
import type { Answer } from "./Messages.ts"
import * as Planner from "./Planner.ts"
import type { EventRecord, RowWrite, RuntimeWrite } from "./Records.ts"
import { lockedRow } from "./Rerun.ts"
import type { World } from "./Rerun.ts"
import { answersOf } from "./Views.ts"
import { newWork } from "./Work.ts"

/** What is asked. */
export interface Question extends World {
  readonly definition: Definition
  readonly actor: Actor.Actor
  readonly wish: Planner.Wish
  /** The database's time. */
  readonly now: number
  readonly seed: number
  /** The next new id. */
  readonly firstId: number
  readonly lastSeq: number
  readonly lastNo: number
}

/** An Action that would run. */
export interface Ran {
  readonly type: string
  readonly payload: unknown
  readonly actor: Actor.Actor | null
  /** The place in this list of the Action that causes it; null: the Plan. */
  readonly cause: number | null
  readonly locks: LockSet.LockSet
  readonly outcome: "done" | "refused" | "failed"
  /** Of a refused one, the typed failure; of a failed one, what was thrown. */
  readonly reason: unknown
  readonly events: ReadonlyArray<EventRecord>
}

/** An Action that would wait. */
export interface Later {
  readonly type: string
  readonly payload: unknown
  readonly actor: Actor.Actor | null
  readonly cause: number | null
  /** Milliseconds from now. */
  readonly after: number
}

/** What a read-only Action would answer. */
export interface Shown {
  readonly type: string
  readonly payload: unknown
  readonly answers: ReadonlyArray<Answer>
  readonly failure: { readonly _tag: string } | undefined
}

/** The answer. */
export type Explained =
  | { readonly _tag: "Rejected"; readonly reason: Planner.Reason; readonly broke: unknown }
  | {
      readonly _tag: "Planned"
      readonly command: string
      readonly ran: ReadonlyArray<Ran>
      readonly shown: ReadonlyArray<Shown>
      readonly later: ReadonlyArray<Later>
      /** Rows as they would be. */
      readonly rows: ReadonlyArray<RowWrite>
      readonly runtimes: ReadonlyArray<RuntimeWrite>
      /** Messages to other instances. */
      readonly sends: ReadonlyArray<{ readonly target: number; readonly command: unknown }>
    }

/** The definition, with a note of every lock set that is asked for. */
const noting = (definition: Definition) => {
  const noted = new Map<unknown, ReadonlyArray<Aggregate.Ref>>()
  const rules = new Map(
    [...definition.rules].map(([type, entry]) => [
      type,
      {
        ...entry,
        rule: {
          ...entry.rule,
          locks: (payload: unknown, look: Parameters<typeof entry.rule.locks>[1]) => {
            const refs = entry.rule.locks(payload, look)
            noted.set(payload, refs)
            return refs
          }
        }
      }
    ])
  )
  return { noted, definition: { ...definition, rules } }
}

/** Answers a question. The projection given is used up: it ends as it would be after the Command. */
export const explain = (question: Question): Explained => {
  const { actor, firstId, instance, lastNo, lastSeq, limits, now, projection, wish } = question
  const { definition, noted } = noting(question.definition)
  let broke: unknown
  const plan = Planner.make(definition, limits, (_, error) => {
    broke = error
  })
  projection.lastNow = now
  const planned = plan({ instance, actor, wish, projection })
  if (Result.isFailure(planned)) return { _tag: "Rejected", reason: planned.failure, broke }
  const { actions, command } = planned.success
  const isRead = (type: string) => definition.rules.get(type)!.rule.view !== undefined
  const works = actions
    .filter(({ _tag }) => !isRead(_tag))
    .map((action, i) =>
      newWork({
        planned: action,
        definition,
        actor,
        commandId: null,
        key: `explain/${i}`,
        seed: i === 0 ? question.seed : Hash.mix(question.seed, i)
      })
    )
  let next = firstId
  const decided = Cycle.decide(
    {
      instance,
      limits: { ...limits, queueFirst: false },
      projection,
      definition,
      plan,
      ids: { contiguous: () => true, next: () => next++ },
      guard: undefined,
      lastSeq,
      lastNo,
      lastNow: 0,
      groups: [{ actor: null, works, accept: undefined, arriving: [], committed: undefined }],
      room: limits.batchMax,
      waiting: new Set(),
      overdue: () => false,
      acceptOnly: false,
      attempted: [],
      delivered: [],
      cursor: () => ({ lastN: 0, replies: [] }),
      overran: new Set(),
      runner: "explain"
    },
    {
      now,
      // Whatever it turns out to need is held: live, it would go back and have it in the next cycle.
      rows: [...projection.entries()].map(([aggregate, id]) =>
        lockedRow(projection, { aggregate, id })
      ),
      skipped: [],
      missing: []
    }
  )
  if ("foreign" in decided) throw new Error(decided.foreign)
  const { back, writes } = decided
  const ends = [
    ...writes.log.map((record) => ({ record, outcome: record.outcome, reason: record.reason })),
    ...writes.dead.map((record) => ({ record, outcome: "failed" as const, reason: record.error }))
  ]
  // In the order in which they ran.
  const order = new Map(decided.results.map(([{ record }], i) => [record.no, i]))
  ends.sort((a, b) => order.get(a.record.no)! - order.get(b.record.no)!)
  const placeOf = (no: number | null) => {
    const at = ends.findIndex(({ record }) => record.no === no)
    return at < 0 ? null : at
  }
  const reading = {
    instance,
    projection,
    tools: { definition },
    estimate: () => now,
    broke: (_: string, error: unknown) => String(error)
  }
  const shown = actions
    .filter(({ _tag }) => isRead(_tag))
    .map((action): Shown => {
      const answered = answersOf(reading, actor, action)
      return {
        type: action._tag,
        payload: action.payload,
        answers: Result.getOrElse(answered, () => []),
        failure: Result.isFailure(answered) ? answered.failure : undefined
      }
    })
  return {
    _tag: "Planned",
    command,
    ran: ends.map(({ outcome, reason, record }) => ({
      type: record.type,
      payload: record.payload,
      actor: record.actor,
      cause: placeOf(record.cause),
      locks: LockSet.make(noted.get(record.payload) ?? []),
      outcome,
      reason,
      events: writes.events.filter(({ actionNo }) => actionNo === record.no)
    })),
    shown,
    later: [...decided.later, ...back.map(({ work }) => work.record)].map((record) => ({
      type: record.type,
      payload: record.payload,
      actor: record.actor,
      cause: placeOf(record.cause),
      after: Math.max(0, record.runAt - now)
    })),
    rows: writes.rows,
    runtimes: writes.runtimes,
    sends: writes.outbox.map(({ command, target }) => ({ target, command }))
  }
}
