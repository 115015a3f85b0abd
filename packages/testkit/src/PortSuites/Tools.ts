/**
 * What the port suites need beside a layer of the ports: what an adapter's author does past the port,
 * from another session or by hand. `R` is whatever the tools themselves need; the layer gives it.
 */
import type { Aggregate } from "@wr2/core"
import type { Records } from "@wr2/engine"
import type { ActionQueue } from "@wr2/engine/ActionQueue"
import type { EventLog } from "@wr2/engine/EventLog"
import type { InstanceStore } from "@wr2/engine/InstanceStore"
import type { Effect, Scope } from "effect"

/** The ports that share an instance's tables. */
export type Stores = InstanceStore | ActionQueue | EventLog

/** For every suite. */
export interface Tools<R> {
  /** True: the tests run with the real clock. False: with TestClock, which `pass` drives. */
  readonly live: boolean
  /** The database's clock, in whole milliseconds. */
  readonly now: Effect.Effect<number, unknown, R>
  /** Lets at least so many milliseconds (never more than 100) of the database's clock pass. */
  readonly pass: (millis: number) => Effect.Effect<void, unknown, R>
}

/** A row of the snapshot at seq 0: the value of its fields with `id`, and its runtime data. */
export interface SnapshotRow {
  readonly aggregate: string
  readonly row: unknown
  readonly runtime?: unknown
}

/** For the suites of InstanceStore, ActionQueue and EventLog. */
export interface StoreTools<R> extends Tools<R> {
  /**
   * Locks a row (or its runtime row) as another session would, until the scope closes. Postgres:
   * `SELECT ... FOR UPDATE` in a transaction on a connection of its own, whose application_name does
   * not begin `wr2:`.
   */
  readonly holdRow: (
    instance: number,
    ref: Aggregate.Ref,
    part: "row" | "runtime"
  ) => Effect.Effect<void, unknown, R | Scope.Scope>
  /** Locks an instance's owner row the same way. */
  readonly holdOwner: (instance: number) => Effect.Effect<void, unknown, R | Scope.Scope>
  /** Writes a row by hand, values unchanged: `UPDATE ... SET version = version`. */
  readonly touchRow: (instance: number, ref: Aggregate.Ref) => Effect.Effect<void, unknown, R>
  /** Writes `cache_dirty` and `_cache_version` of a runtime row by hand. */
  readonly editRuntime: (
    instance: number,
    ref: Aggregate.Ref,
    to: { readonly dirty: boolean; readonly cacheVersion: number }
  ) => Effect.Effect<void, unknown, R>
  /** Deletes an instance's Events with seq <= `through`, as retention does. */
  readonly dropEvents: (instance: number, through: number) => Effect.Effect<void, unknown, R>
  /** An instance's log of Actions, by `no`. */
  readonly actionLog: (
    instance: number
  ) => Effect.Effect<ReadonlyArray<Records.ActionLogRecord>, unknown, R>
  /** An instance's dead letters, by `no`. */
  readonly deadLetters: (
    instance: number
  ) => Effect.Effect<ReadonlyArray<Records.DeadLetterRecord>, unknown, R>
  /** The rows of an instance's snapshot at seq 0, in any order; undefined when there is none. */
  readonly snapshot: (
    instance: number
  ) => Effect.Effect<ReadonlyArray<SnapshotRow> | undefined, unknown, R>
}
