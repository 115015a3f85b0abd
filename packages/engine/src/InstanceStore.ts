/**
 * The port to instances' state: found, activate, commit cycles, release. Postgres is its authority
 * (`@wr2/postgres`); `layerMemory` keeps the same rules in memory, for tests and simulation.
 *
 * docs/protocols.md 2 to 4 say what an adapter must do; the port suite in testkit checks it.
 */
import type { Aggregate, LockSet } from "@wr2/core"
import { Context, Layer } from "effect"
import type { Effect } from "effect"
import { MemoryDatabase } from "./memory/Database.ts"
import * as Memory from "./memory/InstanceStore.ts"
import type { InstanceExists, NoInstance, StoreError } from "./PortErrors.ts"
import type { ActionRecord, CursorRecord, OutboxRecord, Writes } from "./Records.ts"

/**
 * Proof that a row is as it was when last seen: changed by every write, whoever writes. (Postgres:
 * the row's xmin, so that also a hand-made UPDATE is noticed.)
 */
export type Stamp = number

/** What a lock found. */
export interface LockedRow {
  readonly ref: Aggregate.Ref
  readonly stamp: Stamp
  /** The runtime row, if there is one. */
  readonly runtime:
    | { readonly stamp: Stamp; readonly dirty: boolean; readonly cacheVersion: number | null }
    | undefined
}

/** What the first flight brings back for one instance. */
export interface Locked {
  /** The database's clock, whole milliseconds. */
  readonly now: number
  readonly rows: ReadonlyArray<LockedRow>
  /** Held by somebody else at the moment. */
  readonly skipped: ReadonlyArray<Aggregate.Ref>
  /** Not there at all: the projection is wrong. */
  readonly missing: ReadonlyArray<Aggregate.Ref>
}

/** One instance's part of a transaction. */
export interface Cycle {
  readonly instance: number
  readonly epoch: number
  readonly locks: LockSet.LockSet
  /**
   * Called once in a transaction, after the locks, synchronously. Undefined: nothing is written for
   * this instance. Called again, anew, when the transaction is repeated. Never throws.
   */
  readonly decide: (locked: Locked) => Writes | undefined
}

/** What became of one instance's part. */
export type CycleOutcome =
  /** Written. `stamp` is the new stamp of every row that the cycle inserted or updated. */
  | { readonly _tag: "Committed"; readonly stamp: Stamp }
  /** `decide` returned undefined. */
  | { readonly _tag: "Nothing" }
  /** Another epoch: the instance has another owner. */
  | { readonly _tag: "Fenced" }
  /** Its owner row is held by somebody; nothing was decided. */
  | { readonly _tag: "Held" }

export { InstanceExists, NoInstance, StoreError } from "./PortErrors.ts"

/** A row as loaded. A row or runtime data that does not decode comes as `corrupt`. */
export interface LoadedRow {
  readonly aggregate: Aggregate.Any
  readonly id: number
  readonly stamp: Stamp
  /** The row's fields with `id`, as plain values; undecoded: the engine checks them. */
  readonly row: unknown
  readonly runtime:
    | {
        readonly stamp: Stamp
        readonly dirty: boolean
        readonly cacheVersion: number | null
        readonly builtAt: number | null
        /** Without the engine's own keys. */
        readonly data: unknown
      }
    | undefined
}

/** All that an owner begins with. */
export interface Activation {
  readonly instance: number
  readonly epoch: number
  /** Names this history: a restored or forked instance has another. */
  readonly lineage: string
  readonly lastSeq: number
  readonly lastNow: number
  /** The greatest acceptance number in queue and log. */
  readonly lastNo: number
  /** Whether the owner before had released it. */
  readonly released: boolean
  readonly now: number
  readonly rows: ReadonlyArray<LoadedRow>
  readonly cursors: ReadonlyArray<CursorRecord>
  /** Pending Actions with runAt <= queueUntil, by (runAt, no). */
  readonly queue: ReadonlyArray<ActionRecord>
  readonly queueUntil: number
  readonly outbox: ReadonlyArray<OutboxRecord>
}

/** An instance that should be awake. */
export interface Sleeping {
  readonly instance: number
}

/** What is pending: due, and when to look again. */
export interface PendingActions {
  /** Pending Actions with after < runAt <= until, by (runAt, no), at most `limit`. */
  readonly due: (
    instance: number,
    range: { readonly after: number; readonly until: number; readonly limit: number }
  ) => Effect.Effect<ReadonlyArray<ActionRecord>, StoreError>
  /** The earliest runAt later than `after`, null when there is none. */
  readonly nextDue: (instance: number, after: number) => Effect.Effect<number | null, StoreError>
}

export class InstanceStore extends Context.Service<
  InstanceStore,
  {
    /** Makes an instance: owner row, first rows, first queue rows and a snapshot at seq 0, in one transaction. */
    readonly found: (birth: {
      readonly instance: number
      readonly rows: ReadonlyArray<Aggregate.Given>
      readonly queue: ReadonlyArray<ActionRecord>
    }) => Effect.Effect<void, InstanceExists | StoreError>
    /** Ids of all instances. */
    readonly instances: Effect.Effect<ReadonlyArray<number>, StoreError>
    /** Takes ownership (epoch + 1), then loads. docs/protocols.md 3. */
    readonly activate: (
      instance: number,
      owner: {
        readonly runner: string
        readonly incarnation: string
        readonly timersHorizon: number
      }
    ) => Effect.Effect<Activation, NoInstance | StoreError>
    /** One transaction for all given cycles; outcomes in the same order. Not interruptible halfway. */
    readonly commit: (
      cycles: ReadonlyArray<Cycle>
    ) => Effect.Effect<ReadonlyArray<CycleOutcome>, StoreError>
    /** Confirms the epoch; false: somebody else owns it. */
    readonly confirm: (instance: number, epoch: number) => Effect.Effect<boolean, StoreError>
    /**
     * The epoch with which a process owns an instance, whether it has heard of that or not; undefined:
     * it does not, or has released it.
     */
    readonly owned: (
      instance: number,
      incarnation: string
    ) => Effect.Effect<number | undefined, StoreError>
    /** Writes down that the owner left in order. False: it was fenced. */
    readonly release: (
      instance: number,
      epoch: number,
      at: { readonly nextDue: number | null; readonly lastSeq: number; readonly lastNow: number }
    ) => Effect.Effect<boolean, StoreError>
    /** As of ActionQueue, whose default layer asks here. */
    readonly due: PendingActions["due"]
    readonly nextDue: PendingActions["nextDue"]
    /** Reserves `count` ids and returns the first. */
    readonly ids: (count: number) => Effect.Effect<number, StoreError>
    /** Registers this process as living, so that the Waker leaves its instances alone. */
    readonly heartbeat: (incarnation: string) => Effect.Effect<void, StoreError>
    /** Released instances whose next_due has come, and unreleased ones whose incarnation no longer lives. */
    readonly sleeping: (
      deadAfterMillis: number
    ) => Effect.Effect<ReadonlyArray<Sleeping>, StoreError>
  }
>()("wr2/engine/InstanceStore") {
  /** In memory, on the MemoryDatabase that all ports built with it share (see Memory). */
  static readonly layerMemory: Layer.Layer<InstanceStore> = Layer.effect(
    InstanceStore,
    Memory.make
  ).pipe(Layer.provide(MemoryDatabase.layer))
}
