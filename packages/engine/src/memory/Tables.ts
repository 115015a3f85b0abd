/**
 * The tables of the memory database, and transactions on them: applied whole or not at all. Rows are
 * frozen values that are replaced, never changed.
 */
import type { Aggregate } from "@wr2/core"
import { Result } from "effect"
import type { Account, CharacterEntry } from "../Accounts.ts"
import type { Offset } from "../ConsumerOffsets.ts"
import { StoreError } from "../PortErrors.ts"
import type {
  ActionLogRecord,
  ActionRecord,
  CursorRecord,
  DeadLetterRecord,
  EventRecord,
  OutboxRecord,
  Writes
} from "../Records.ts"

/** Who owns an instance: the fence. */
export interface OwnerRow {
  readonly lineage: string
  readonly epoch: number
  readonly runner: string | null
  readonly incarnation: string | null
  readonly releasedAt: number | null
  readonly nextDue: number | null
  readonly lastSeq: number
  readonly lastNow: number
  /** The transaction in which it was founded. */
  readonly founded: number
}

/** A row of an aggregate. */
export interface StateRow {
  readonly aggregate: Aggregate.Any
  readonly id: number
  readonly stamp: number
  /** Its fields with `id`. */
  readonly row: any
}

/** A runtime row. */
export interface RuntimeRow {
  readonly aggregate: Aggregate.Any
  readonly id: number
  readonly stamp: number
  readonly dirty: boolean
  readonly cacheVersion: number | null
  readonly builtAt: number | null
  readonly data: any
}

/** The rows of an instance as of a seq. */
export interface SnapshotRow {
  readonly seq: number
  readonly rows: ReadonlyArray<{
    readonly aggregate: string
    readonly row: any
    readonly runtime?: any
  }>
}

/** What belongs to one instance. Rows by `table:id`, the rest by its number or actor. */
export interface InstanceTables {
  readonly rows: Map<string, StateRow>
  readonly runtimes: Map<string, RuntimeRow>
  readonly cursors: Map<string, CursorRecord>
  readonly queue: Map<number, ActionRecord>
  readonly log: Map<number, ActionLogRecord>
  readonly dead: Map<number, DeadLetterRecord>
  /** In order of seq. */
  readonly events: Array<EventRecord>
  readonly outbox: Map<number, OutboxRecord>
  readonly snapshots: Map<number, SnapshotRow>
}

/** A login session. */
export interface SessionRow {
  readonly account: number
  readonly expiresAt: number
}

/** A rule of tests: why these writes are refused, undefined when they are not. */
export type Refusal = (instance: number, writes: Writes) => string | undefined

/** All there is. */
export interface State {
  readonly owners: Map<number, OwnerRow>
  readonly instances: Map<number, InstanceTables>
  /** When a process was last heard of, by incarnation. */
  readonly heartbeats: Map<string, number>
  readonly accounts: Map<number, Account>
  /** Lower-case name to id. */
  readonly accountNames: Map<string, number>
  readonly sessions: Map<string, SessionRow>
  readonly characters: Map<number, CharacterEntry>
  readonly characterNames: Map<string, number>
  /** How far consumers have read, by `instance/consumer`. */
  readonly offsets: Map<string, Offset>
  /** How many transactions there were before a consumer was known. */
  readonly knownConsumers: Map<string, number>
  /** How many foreign sessions hold a row, by `holdKey`. */
  readonly held: Map<string, number>
  readonly refusals: Set<Refusal>
  /** Transactions begun: the newest stamp. */
  transactions: number
  nextId: number
  nextAccount: number
  /** What the database's clock is ahead of the Clock service. */
  clockShift: number
}

/** An empty database. The first ids are left to rows written by hand, as in Postgres. */
export const empty = (): State => ({
  owners: new Map(),
  instances: new Map(),
  heartbeats: new Map(),
  accounts: new Map(),
  accountNames: new Map(),
  sessions: new Map(),
  characters: new Map(),
  characterNames: new Map(),
  offsets: new Map(),
  knownConsumers: new Map(),
  held: new Map(),
  refusals: new Set(),
  transactions: 0,
  nextId: 1000,
  nextAccount: 1,
  clockShift: 0
})

/** The tables of a new instance. */
export const emptyInstance = (): InstanceTables => ({
  rows: new Map(),
  runtimes: new Map(),
  cursors: new Map(),
  queue: new Map(),
  log: new Map(),
  dead: new Map(),
  events: [],
  outbox: new Map(),
  snapshots: new Map()
})

/** The key of a row among an instance's rows. */
export const rowKey = (ref: Aggregate.Ref): string => `${ref.aggregate.table}:${ref.id}`

/** The order of pending Actions: due time, then acceptance number. */
export const byDue = (a: ActionRecord, b: ActionRecord): number => a.runAt - b.runAt || a.no - b.no

/** The name of what a session can hold: the owner row, a row, a runtime row. */
export const holdKey = (
  instance: number,
  ref: Aggregate.Ref | "owner",
  part: "row" | "runtime" = "row"
): string => (ref === "owner" ? `${instance}/owner` : `${instance}/${part}/${rowKey(ref)}`)

/** The seq of an instance's newest Event, of those that are or were kept. */
export const lastSeq = (state: State, instance: number): number =>
  Math.max(
    state.owners.get(instance)?.lastSeq ?? 0,
    state.instances.get(instance)?.events.at(-1)?.seq ?? 0
  )

/** Where the Events after a seq begin. */
export const indexAfter = (events: ReadonlyArray<EventRecord>, seq: number): number => {
  let low = 0
  let high = events.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (events[middle]!.seq > seq) high = middle
    else low = middle + 1
  }
  return low
}

/** Changes of one transaction, each with its way back. */
export interface Transaction {
  /** The stamp of every row it writes. */
  readonly stamp: number
  readonly put: <K, V>(table: Map<K, V>, key: K, value: V) => void
  readonly drop: <K, V>(table: Map<K, V>, key: K) => void
  readonly append: <V>(table: Array<V>, value: V) => void
}

/** Runs a transaction. A StoreError that it throws, like any other throw, takes back all it wrote. */
export const transact = <A>(
  state: State,
  body: (transaction: Transaction) => A
): Result.Result<A, StoreError> => {
  const undo: Array<() => void> = []
  const remember = <K, V>(table: Map<K, V>, key: K) => {
    const before = table.get(key)
    undo.push(before === undefined ? () => table.delete(key) : () => table.set(key, before))
  }
  state.transactions++
  try {
    return Result.succeed(
      body({
        stamp: state.transactions,
        put: (table, key, value) => {
          remember(table, key)
          table.set(key, value)
        },
        drop: (table, key) => {
          remember(table, key)
          table.delete(key)
        },
        append: (table, value) => {
          undo.push(() => table.pop())
          table.push(value)
        }
      })
    )
  } catch (thrown) {
    for (const back of undo.toReversed()) back()
    if (thrown instanceof StoreError) return Result.fail(thrown)
    throw thrown
  }
}
