/**
 * The invariants of ARCHITECTURE.md that can be seen in what is kept of an instance: pure functions
 * from rows to what is wrong with them, one line each. For memory and Postgres alike; simulations,
 * fault tests and mutants end with them.
 */
import type { Game } from "@wr2/core"
import { Actor } from "@wr2/core"
import type {
  ActionLogRecord,
  ActionRecord,
  DeadLetterRecord,
  EventRecord
} from "@wr2/engine/Records"
import * as Fold from "./Fold.ts"

/** What is kept of one instance. */
export interface Kept {
  readonly instance: number
  /** The snapshot at seq 0. */
  readonly snapshot: ReadonlyArray<Fold.SnapshotRow>
  /** The rows now, as {@link Fold.lines} gives them. */
  readonly rows: ReadonlyArray<string>
  readonly events: ReadonlyArray<EventRecord>
  readonly log: ReadonlyArray<ActionLogRecord>
  readonly queue: ReadonlyArray<ActionRecord>
  readonly dead: ReadonlyArray<DeadLetterRecord>
}

/** 2. Rows change only by `evolve` over Events of the same transaction. */
export const folds = (
  game: Game.Any,
  { events, instance, rows, snapshot }: Kept
): Array<string> => {
  const told = events.map(({ at, payload }) => ({ at, value: JSON.parse(payload) }))
  try {
    const folded = Fold.lines(Fold.fold(game, Fold.ofSnapshot(game, snapshot), told))
    const [here, there] = [new Set(rows), new Set(folded)]
    return [
      ...rows
        .filter((line) => !there.has(line))
        .map((line) => `instance ${instance}: no Events give ${line}`),
      ...folded
        .filter((line) => !here.has(line))
        .map((line) => `instance ${instance}: the Events give ${line}`)
    ]
  } catch (error) {
    return [`instance ${instance}: its Events do not fold: ${String(error)}`]
  }
}

/** 3. Seqs are 1, 2, 3 ... in commit order. */
export const gapless = ({ events, instance }: Kept): Array<string> =>
  events.flatMap(({ seq }, i) =>
    seq === i + 1 ? [] : [`instance ${instance}: Event ${i + 1} has seq ${seq}`]
  )

/**
 * 1. Each accepted Action is in exactly one of queue, log and dead letters; no key is there twice;
 * each Event names the Action that emitted it.
 */
export const once = ({ dead, events, instance, log, queue }: Kept): Array<string> => {
  const all = [...queue, ...log, ...dead]
  const byNo = new Map<number, ActionRecord>()
  const byKey = new Set<string>()
  const wrong: Array<string> = []
  for (const record of all) {
    const what = `instance ${instance}: Action ${record.no} (${record.type}, ${record.key})`
    if (byNo.has(record.no)) wrong.push(`${what} has the number of another`)
    if (byKey.has(record.key)) wrong.push(`${what} is there twice`)
    byNo.set(record.no, record)
    byKey.add(record.key)
  }
  const done = new Set([...log, ...dead].map(({ no }) => no))
  for (const { actionNo, seq, type } of events) {
    if (actionNo === null || !done.has(actionNo))
      wrong.push(`instance ${instance}: Event ${seq} (${type}) is of no done Action`)
  }
  for (const { firstSeq, no } of log) {
    if (firstSeq !== null && events[firstSeq - 1]?.actionNo !== no)
      wrong.push(`instance ${instance}: Action ${no} did not emit Event ${firstSeq}`)
  }
  return wrong
}

/**
 * 4. One actor's Actions take effect in order of (due time, acceptance number). `parked`: types that
 * rest while nobody is there; they resume with times long past.
 */
export const ordered = (
  { instance, log }: Kept,
  parked: (type: string) => boolean = () => false
): Array<string> => {
  const last = new Map<string, ActionLogRecord>()
  const wrong: Array<string> = []
  const effects = log.filter((a) => a.firstSeq !== null && a.actor !== null && !parked(a.type))
  for (const record of effects.sort((a, b) => a.firstSeq! - b.firstSeq!)) {
    const key = Actor.key(record.actor!)
    const before = last.get(key)
    last.set(key, record)
    if (before === undefined) continue
    if (before.runAt < record.runAt) continue
    if (before.runAt === record.runAt && before.no < record.no) continue
    wrong.push(
      `instance ${instance}: ${key}'s Action ${record.no} (${record.type}, due ${record.runAt}) ` +
        `took effect after ${before.no} (${before.type}, due ${before.runAt})`
    )
  }
  return wrong
}

/** All of them, for one instance. */
export const problems = (
  game: Game.Any,
  kept: Kept,
  parked?: (type: string) => boolean
): Array<string> => [
  ...gapless(kept),
  ...folds(game, kept),
  ...once(kept),
  ...ordered(kept, parked)
]
