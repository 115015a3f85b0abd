/** The memory database as a service, with what a test does to it past the ports. */
import type { Aggregate } from "@wr2/core"
import { Context, Effect, Layer } from "effect"
import type { Scope } from "effect"
import * as Faults from "./Faults.ts"
import { empty, holdKey, indexAfter, rowKey, transact } from "./Tables.ts"
import type { InstanceTables, OwnerRow, Refusal, RuntimeRow, State, StateRow } from "./Tables.ts"

/** What is kept of one instance, as values: rows and runtimes by `table:id`. */
export interface Kept extends Readonly<InstanceTables> {
  readonly owner: OwnerRow
}

/** A database. It may outlive engines; everything that is kept in it is frozen. */
export interface Database {
  /** The tables; for the adapters. */
  readonly state: State
  /** The database's clock, in whole milliseconds: the Clock service's, and `shiftClock`. */
  readonly now: Effect.Effect<number>
  /** Lets the database's clock be so much ahead of (or behind) everybody else's. */
  readonly shiftClock: (millis: number) => Effect.Effect<void>
  /** Holds a row, or its runtime row, locked by a session of somebody else's. */
  readonly holdRow: (
    instance: number,
    ref: Aggregate.Ref,
    part?: "row" | "runtime"
  ) => Effect.Effect<void, never, Scope.Scope>
  /** Holds an instance's owner row locked by a session of somebody else's. */
  readonly holdOwner: (instance: number) => Effect.Effect<void, never, Scope.Scope>
  /** Writes a row by hand: a foreign write. Unchanged values are a write, too. */
  readonly editRow: (
    instance: number,
    ref: Aggregate.Ref,
    change?: (row: any) => any
  ) => Effect.Effect<void>
  /** Writes a runtime row by hand. */
  readonly editRuntime: (
    instance: number,
    ref: Aggregate.Ref,
    change: Partial<Pick<RuntimeRow, "dirty" | "cacheVersion" | "builtAt" | "data">>
  ) => Effect.Effect<void>
  /** Writes an owner row by hand: another lineage is a restored or forked instance. */
  readonly editOwner: (instance: number, change: Partial<OwnerRow>) => Effect.Effect<void>
  /** Drops the Events up to a seq, as retention does. */
  readonly dropEvents: (instance: number, through: number) => Effect.Effect<void>
  /** Refuses what a rule refuses, as StoreError Contents, until the scope closes. */
  readonly refuse: (rule: Refusal) => Effect.Effect<void, never, Scope.Scope>
  /** A copy of what is kept of an instance, to look at. */
  readonly kept: (instance: number) => Effect.Effect<Kept | undefined>
}

const hold = (state: State, key: string): Effect.Effect<void, never, Scope.Scope> => {
  const count = (by: number) =>
    Effect.sync(() => {
      const holders = (state.held.get(key) ?? 0) + by
      if (holders > 0) state.held.set(key, holders)
      else state.held.delete(key)
    })
  return Effect.acquireRelease(count(1), () => count(-1))
}

/** A change by hand, in a transaction of its own; a defect when there is nothing to change. */
const edit = <K, V>(
  state: State,
  table: Map<K, V> | undefined,
  key: K,
  change: (value: V, stamp: number) => V
): void => {
  const found = table?.get(key)
  if (table === undefined || found === undefined) throw new Error(`${String(key)}: nothing to edit`)
  transact(state, ({ put, stamp }) => put(table, key, Object.freeze(change(found, stamp))))
}

const copy = (tables: InstanceTables, owner: OwnerRow): Kept => ({
  owner,
  rows: new Map(tables.rows),
  runtimes: new Map(tables.runtimes),
  cursors: new Map(tables.cursors),
  queue: new Map(tables.queue),
  log: new Map(tables.log),
  dead: new Map(tables.dead),
  events: [...tables.events],
  outbox: new Map(tables.outbox),
  snapshots: new Map(tables.snapshots)
})

const make: Effect.Effect<Database> = Effect.sync(() => {
  const state = empty()
  return {
    state,
    now: Faults.now(state),
    shiftClock: (millis) => Effect.sync(() => void (state.clockShift = Math.floor(millis))),
    holdRow: (instance, ref, part) => hold(state, holdKey(instance, ref, part)),
    holdOwner: (instance) => hold(state, holdKey(instance, "owner")),
    editRow: (instance, ref, change = (row) => row) =>
      Effect.sync(() =>
        edit(state, state.instances.get(instance)?.rows, rowKey(ref), (kept, stamp): StateRow => ({
          ...kept,
          stamp,
          row: Object.freeze(change(kept.row))
        }))
      ),
    editRuntime: (instance, ref, change) =>
      Effect.sync(() =>
        edit(state, state.instances.get(instance)?.runtimes, rowKey(ref), (kept, stamp) => ({
          ...kept,
          ...change,
          stamp
        }))
      ),
    editOwner: (instance, change) =>
      Effect.sync(() => edit(state, state.owners, instance, (kept) => ({ ...kept, ...change }))),
    dropEvents: (instance, through) =>
      Effect.sync(() => {
        const events = state.instances.get(instance)?.events
        events?.splice(0, indexAfter(events, through))
      }),
    refuse: (rule) =>
      Effect.acquireRelease(
        Effect.sync(() => void state.refusals.add(rule)),
        () => Effect.sync(() => void state.refusals.delete(rule))
      ),
    kept: (instance) =>
      Effect.sync(() => {
        const tables = state.instances.get(instance)
        const owner = state.owners.get(instance)
        return tables && owner && copy(tables, owner)
      })
  }
})

/**
 * The shared in-memory database: what InstanceStore commits, EventLog reads.
 *
 * **Details** `layer` is one value: within one composition of layers all ports get the same database.
 * To keep a database while engines come and go, `make` it and build `Memory.layerFrom(database)`.
 */
export class MemoryDatabase extends Context.Service<MemoryDatabase, Database>()(
  "wr2/engine/MemoryDatabase"
) {
  /** An empty database. */
  static readonly make: Effect.Effect<Database> = make
  /** An empty database, shared by all that is built with it. */
  static readonly layer: Layer.Layer<MemoryDatabase> = Layer.effect(MemoryDatabase, make)
}
