/** The transaction of cycles on the memory database: docs/protocols.md 2, in one synchronous step. */
import type { Aggregate } from "@wr2/core"
import type { Result } from "effect"
import type { Cycle, CycleOutcome, Locked, LockedRow } from "../InstanceStore.ts"
import { StoreError } from "../PortErrors.ts"
import type { RowWrite, RuntimeWrite, Writes } from "../Records.ts"
import { nothing } from "../Records.ts"
import { emptyInstance, holdKey, lastSeq, rowKey, transact } from "./Tables.ts"
import type { InstanceTables, State, Transaction } from "./Tables.ts"
import * as Values from "./Values.ts"

const fail = (reason: StoreError["reason"], message: string): never => {
  throw new StoreError({ reason, message })
}

/** First flight of one instance: what its locks find. */
const lock = (state: State, tables: InstanceTables, cycle: Cycle, now: number): Locked => {
  const rows: Array<LockedRow> = []
  const skipped: Array<Aggregate.Ref> = []
  const missing: Array<Aggregate.Ref> = []
  for (const ref of cycle.locks) {
    const found = tables.rows.get(rowKey(ref))
    const runtime = tables.runtimes.get(rowKey(ref))
    if (found === undefined) missing.push(ref)
    else if (
      state.held.has(holdKey(cycle.instance, ref)) ||
      (runtime !== undefined && state.held.has(holdKey(cycle.instance, ref, "runtime")))
    ) {
      skipped.push(ref)
    } else {
      rows.push({
        ref,
        stamp: found.stamp,
        runtime: runtime && {
          stamp: runtime.stamp,
          dirty: runtime.dirty,
          cacheVersion: runtime.cacheVersion
        }
      })
    }
  }
  return { now, rows, skipped, missing }
}

/** One instance's tables within a transaction. */
interface Target {
  readonly state: State
  readonly transaction: Transaction
  readonly instance: number
  readonly tables: InstanceTables
}

const name = (write: { readonly aggregate: Aggregate.Any; readonly id: number }): string =>
  `${write.aggregate._tag} ${write.id}`

/** A write outside the lock set waits for whoever holds the row, until it times out. */
const free = ({ instance, state }: Target, ref: Aggregate.Ref, part: "row" | "runtime"): void => {
  if (state.held.has(holdKey(instance, ref, part))) fail("Transient", `${name(ref)}: lock timeout`)
}

/** A write that must find its row, or find none. */
const expect = <K>(table: ReadonlyMap<K, unknown>, key: K, there: boolean, what: string): void => {
  if (table.has(key) !== there) fail("Wrong", `${what} ${there ? "is missing" : "exists already"}`)
}

const writeRow = (target: Target, write: RowWrite): void => {
  const { tables, transaction } = target
  const { aggregate, id } = write
  const key = rowKey(write)
  expect(tables.rows, key, write.op !== "insert", name(write))
  free(target, write, "row")
  if (write.op === "delete") {
    transaction.drop(tables.rows, key)
    // The foreign key of the runtime table says so.
    transaction.drop(tables.runtimes, key)
    return
  }
  const row = Values.row(aggregate, id, write.row)
  transaction.put(tables.rows, key, { aggregate, id, stamp: transaction.stamp, row })
}

const writeRuntime = (target: Target, write: RuntimeWrite): void => {
  const { tables, transaction } = target
  const { aggregate, id } = write
  const key = rowKey(write)
  const what = `${name(write)} runtime`
  expect(tables.runtimes, key, write.op !== "insert", what)
  free(target, write, "runtime")
  if (write.op === "delete") {
    transaction.drop(tables.runtimes, key)
    return
  }
  if (!tables.rows.has(key)) fail("Contents", `${what}: its row does not exist`)
  transaction.put(tables.runtimes, key, {
    aggregate,
    id,
    stamp: transaction.stamp,
    dirty: false,
    cacheVersion: aggregate.runtime.version,
    builtAt: Values.integer(`${what} builtAt`, write.builtAt),
    data: Values.runtime(aggregate, write.data)
  })
}

/** Adds records that must not be there yet. */
const add = <R>(
  { transaction }: Target,
  table: Map<number, R>,
  records: ReadonlyArray<R>,
  check: (record: R) => R,
  keyOf: (record: R) => number,
  what: string
): void => {
  for (const given of records) {
    const record = check(given)
    expect(table, keyOf(record), false, `${what} ${keyOf(record)}`)
    transaction.put(table, keyOf(record), record)
  }
}

/** Removes records that must be there. */
const remove = <R>(
  { transaction }: Target,
  table: Map<number, R>,
  keys: ReadonlyArray<number>,
  what: string
): void => {
  for (const key of keys) {
    expect(table, key, true, `${what} ${key}`)
    transaction.drop(table, key)
  }
}

/** Second flight of one instance. */
const write = (target: Target, writes: Writes): void => {
  const { instance, state, tables, transaction } = target
  for (const refusal of state.refusals) {
    const why = refusal(instance, writes)
    if (why !== undefined) fail("Contents", why)
  }
  for (const given of writes.cursors) {
    const cursor = Values.cursor(given)
    transaction.put(tables.cursors, cursor.actor, cursor)
  }
  for (const each of writes.rows) if (each.op !== "delete") writeRow(target, each)
  for (const each of writes.runtimes) if (each.op !== "delete") writeRuntime(target, each)
  for (const each of writes.runtimes) if (each.op === "delete") writeRuntime(target, each)
  for (const each of writes.rows.toReversed()) if (each.op === "delete") writeRow(target, each)
  for (const given of writes.events) {
    const event = Values.event(given)
    if (event.seq <= lastSeq(state, instance)) fail("Fenced", `Event ${event.seq} exists already`)
    transaction.append(tables.events, event)
  }
  add(target, tables.log, writes.log, Values.logged, (r) => r.no, "logged Action")
  remove(target, tables.queue, writes.dequeued, "pending Action")
  for (const no of writes.attempted) {
    expect(tables.queue, no, true, `pending Action ${no}`)
    const pending = tables.queue.get(no)!
    transaction.put(tables.queue, no, Object.freeze({ ...pending, attempts: pending.attempts + 1 }))
  }
  add(target, tables.queue, writes.queued, Values.queued, (r) => r.no, "pending Action")
  if (writes.queued.some(({ runAt }) => runAt <= writes.now)) {
    const owner = state.owners.get(instance)!
    const lastNow = Math.max(owner.lastNow, writes.now)
    transaction.put(state.owners, instance, Object.freeze({ ...owner, lastNow }))
  }
  add(target, tables.dead, writes.dead, Values.dead, (r) => r.no, "dead letter")
  add(target, tables.outbox, writes.outbox, Values.outgoing, (r) => r.n, "message")
  remove(target, tables.outbox, writes.delivered, "message")
}

/**
 * All cycles in one transaction. Order: every fence and lock, then every `decide` as given, then the
 * writes; nothing is written before the last `decide` has returned.
 */
export const commit = (
  state: State,
  cycles: ReadonlyArray<Cycle>,
  now: number
): Result.Result<ReadonlyArray<CycleOutcome>, StoreError> =>
  transact(state, (transaction) => {
    const fenced = cycles.map((cycle) => {
      const tables = state.instances.get(cycle.instance)
      if (tables === undefined || state.owners.get(cycle.instance)?.epoch !== cycle.epoch) {
        return { _tag: "Fenced" } as const
      }
      if (state.held.has(holdKey(cycle.instance, "owner"))) return { _tag: "Held" } as const
      return { _tag: "Locked", cycle, tables, locked: lock(state, tables, cycle, now) } as const
    })
    const decided = fenced.map((part) =>
      part._tag === "Locked" ? { ...part, writes: part.cycle.decide(part.locked) } : part
    )
    return decided.map((part): CycleOutcome => {
      if (part._tag !== "Locked") return part
      const { cycle, tables, writes } = part
      if (writes === undefined) return { _tag: "Nothing" }
      write({ state, transaction, instance: cycle.instance, tables }, writes)
      return { _tag: "Committed", stamp: transaction.stamp }
    })
  })

/** The first rows of an instance, its first Actions, and the snapshot of them at seq 0. */
export const found = (
  state: State,
  birth: {
    readonly instance: number
    readonly rows: ReadonlyArray<Aggregate.Given>
    readonly queue: Writes["queued"]
  },
  now: number
): Result.Result<void, StoreError> =>
  transact(state, (transaction) => {
    const instance = Values.integer("instance_owner.instance_id", birth.instance)
    const tables = emptyInstance()
    transaction.put(state.instances, instance, tables)
    transaction.put(state.owners, instance, {
      lineage: `${instance}.${transaction.stamp}`,
      epoch: 0,
      runner: null,
      incarnation: null,
      // Nobody left it in disorder; it wakes for its first Action.
      releasedAt: now,
      nextDue: birth.queue.reduce<number | null>(
        (first, { runAt }) => Math.min(first ?? runAt, runAt),
        null
      ),
      lastSeq: 0,
      lastNow: 0,
      founded: transaction.stamp
    })
    write(
      { state, transaction, instance, tables },
      {
        ...nothing,
        rows: birth.rows.map(({ ref, row }) => ({ op: "insert", ...ref, row })),
        runtimes: birth.rows.flatMap(({ ref, runtime }) =>
          runtime === undefined ? [] : [{ op: "insert", ...ref, data: runtime, builtAt: now }]
        ),
        queued: birth.queue
      }
    )
    tables.snapshots.set(0, {
      seq: 0,
      rows: [...tables.rows].map(([key, { aggregate, row }]) => {
        const runtime = tables.runtimes.get(key)
        return { aggregate: aggregate._tag, row, ...(runtime && { runtime: runtime.data }) }
      })
    })
  })
