/**
 * The invariants of ARCHITECTURE.md that can be seen in what is kept of an instance: pure functions
 * from rows to what is wrong with them, one line each. For memory and Postgres alike; simulations,
 * fault tests and mutants end with them.
 */
import type { Game } from "@wr2/core"
import { Audit } from "@wr2/engine/Audit"
import type { Rule } from "@wr2/engine/Audit"
import { AuditActions } from "@wr2/engine/AuditActions"
import { prepare } from "@wr2/engine/GameDef"
import type { LoadedRow } from "@wr2/engine/InstanceStore"
import type {
  ActionLogRecord,
  ActionRecord,
  DeadLetterRecord,
  EventRecord
} from "@wr2/engine/Records"
import { orderOf } from "@wr2/engine/Work"
import * as Fold from "./Fold.ts"

/** What is kept of one instance. */
export interface Kept {
  readonly instance: number
  /** The snapshot at seq 0. */
  readonly snapshot: ReadonlyArray<Fold.SnapshotRow>
  /** The rows now. */
  readonly rows: ReadonlyArray<LoadedRow>
  readonly events: ReadonlyArray<EventRecord>
  readonly log: ReadonlyArray<ActionLogRecord>
  readonly queue: ReadonlyArray<ActionRecord>
  readonly dead: ReadonlyArray<DeadLetterRecord>
}

/** What `wr2 audit` finds in it, of these rules. */
const audited = (game: Game.Any, kept: Kept, rules?: ReadonlyArray<Rule>): Array<string> => {
  const definition = prepare(game)
  const projection = Fold.ofSnapshot(game, kept.snapshot)
  const audit = new Audit(definition, kept.instance, { seq: 0, projection })
  const actions = new AuditActions(audit, definition)
  for (const record of kept.log) actions.action("log", record)
  for (const record of kept.queue) actions.queued(record)
  for (const record of kept.dead) actions.action("dead", record)
  for (const event of kept.events) {
    actions.event(event)
    audit.event(event)
  }
  for (const row of kept.rows) audit.row(row)
  actions.finish(0)
  return audit
    .finish()
    .filter(({ rule }) => rules === undefined || rules.includes(rule))
    .map(({ instance, rule, what }) => `instance ${instance}: ${rule}: ${what}`)
}

/** 2. Rows change only by `evolve` over Events of the same transaction. */
export const folds = (game: Game.Any, kept: Kept): Array<string> =>
  audited(game, kept, ["folds", "decodes", "seqs"])

/** 3. Seqs are 1, 2, 3 ... in commit order. */
export const gapless = (game: Game.Any, kept: Kept): Array<string> => audited(game, kept, ["seqs"])

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
  const effects = log.filter((a) => a.firstSeq !== null && orderOf(a) !== null && !parked(a.type))
  for (const record of effects.sort((a, b) => a.firstSeq! - b.firstSeq!)) {
    const key = orderOf(record)!
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
): Array<string> => [...audited(game, kept), ...ordered(kept, parked)]
