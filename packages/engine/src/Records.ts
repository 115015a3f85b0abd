/**
 * What is written down: the rows of the engine's tables as values. All of them are plain; ports
 * carry them, adapters store them.
 */
import type { Actor, Aggregate } from "@wr2/core"

/** An accepted Action. `no` is its acceptance number: it counts per instance and is its id there. */
export interface ActionRecord {
  readonly no: number
  readonly type: string
  readonly version: number
  readonly payload: unknown
  readonly actor: Actor.Actor | null
  /** `character:7#12`: the Command it came from; null for the world's own. */
  readonly commandId: string | null
  /** The `no` of the Action that caused it. */
  readonly cause: number | null
  /** Idempotency key. */
  readonly key: string
  readonly seed: number
  readonly priority: number
  /** Milliseconds since 1970, the database's. */
  readonly runAt: number
  /** Runs counted while the owner was cautious. */
  readonly attempts: number
  /** Depth among Actions that caused each other at once. */
  readonly depth: number
}

/** What an Action was run with: all that a second run needs beside the rows. */
export interface Ran {
  readonly now: number
  /** Where its ids began, null when it took none. */
  readonly idBase: number | null
  readonly contentHash: string
  /** The version of the rule that ran it; 0 when there was none. */
  readonly rule: number
  /** The seq of the instance's last Event when it ran; null in rows from before this was kept. */
  readonly asOf: number | null
}

/** A done Action: what it was run with, and what came of it. */
export interface ActionLogRecord extends ActionRecord, Ran {
  readonly outcome: "done" | "refused"
  /** The typed failure, when refused. */
  readonly reason: unknown
  /** Seq of its first Event; null without Events. */
  readonly firstSeq: number | null
  /** Its place among the Actions of its cycle. */
  readonly position: number
}

/** An Event as stored and sent: encoded once, for the log and for all who hear it. */
export interface EventRecord {
  readonly seq: number
  readonly type: string
  readonly version: number
  /** JSON text of its fields with `_tag`. */
  readonly payload: string
  readonly streams: ReadonlyArray<Aggregate.StreamKey>
  readonly at: number
  readonly actionNo: number | null
  readonly commandId: string | null
  readonly actor: Actor.Actor | null
}

/** The answer to a Command, kept so that a repeated n gets the same. */
export interface StoredReply {
  readonly n: number
  /** JSON of a Reply (see Messages). */
  readonly reply: unknown
}

/** One actor's cursor: the last n accepted, and the replies not yet settled. */
export interface CursorRecord {
  /** Actor key: `character:7`. */
  readonly actor: string
  readonly lastN: number
  readonly replies: ReadonlyArray<StoredReply>
  /** The instance to which the actor departed (column moved_to); null while it is here. */
  readonly movedTo: number | null
}

/** A message on its way to another instance. */
export interface OutboxRecord {
  /** The seq of the Event that sent it. */
  readonly n: number
  readonly target: number
  readonly command: unknown
  /** The cursor that travels along, with the traveller. */
  readonly traveller: {
    readonly actor: Actor.Actor
    readonly lastN: number
    readonly replies: ReadonlyArray<StoredReply>
  } | null
}

/** An Action that failed for good, with what it takes to run it again elsewhere. */
export interface DeadLetterRecord extends ActionRecord, Ran {
  readonly reference: string
  readonly error: string
  /** The process that owned the instance. */
  readonly runner: string
  /** What it locked, as it was before it; null when it was not run, or did not say what it locks. */
  readonly rows: ReadonlyArray<DeadRow> | null
  /** How many more it locked than are kept. */
  readonly rowsLeftOut: number
}

/** A row that a dead Action had locked. */
export interface DeadRow {
  readonly aggregate: string
  readonly id: number
  readonly row: unknown
  readonly runtime?: unknown
  /** It does not decode: `row` is what was read, as far as that is JSON. */
  readonly corrupt?: true
}

/** A change of one row, as the difference of before and after a cycle. */
export type RowWrite =
  | {
      readonly op: "insert" | "update"
      readonly aggregate: Aggregate.Any
      readonly id: number
      readonly row: any
      /** What is updated, as it is under the lock: a store need not write what is the same. Without: all. */
      readonly before?: any
    }
  | { readonly op: "delete"; readonly aggregate: Aggregate.Any; readonly id: number }

/** A change of one runtime row. `data` is without the engine's own keys (`_cache_version`, `_built_at`). */
export type RuntimeWrite =
  | {
      readonly op: "insert" | "update"
      readonly aggregate: Aggregate.Any
      readonly id: number
      readonly data: any
      readonly builtAt: number
    }
  | { readonly op: "delete"; readonly aggregate: Aggregate.Any; readonly id: number }

/** All that one cycle of one instance writes. */
export interface Writes {
  /** When it was decided. An instance's time never goes back behind what it accepted to be done at once. */
  readonly now: number
  readonly cursors: ReadonlyArray<CursorRecord>
  /** In rank order; inserts and updates; deletes are made last, in reversed rank order. */
  readonly rows: ReadonlyArray<RowWrite>
  readonly runtimes: ReadonlyArray<RuntimeWrite>
  readonly events: ReadonlyArray<EventRecord>
  readonly log: ReadonlyArray<ActionLogRecord>
  /** `no`s of queue rows that are done: removed. Each must have been there. */
  readonly dequeued: ReadonlyArray<number>
  /** Actions that wait: added. */
  readonly queued: ReadonlyArray<ActionRecord>
  /** `no`s of queue rows whose attempts are counted (caution). */
  readonly attempted: ReadonlyArray<number>
  readonly dead: ReadonlyArray<DeadLetterRecord>
  readonly outbox: ReadonlyArray<OutboxRecord>
  /** `n`s of outbox rows that were acknowledged: removed. */
  readonly delivered: ReadonlyArray<number>
}

/** Nothing: the part of what is written that is not told. */
export const nothing: Writes = {
  now: 0,
  cursors: [],
  rows: [],
  runtimes: [],
  events: [],
  log: [],
  dequeued: [],
  queued: [],
  attempted: [],
  dead: [],
  outbox: [],
  delivered: []
}
