/**
 * The port to how far consumers have read: a row for each consumer and instance. What is behind an
 * offset is done; what is ahead of it may be done already, once more or less.
 */
import type { Consumer } from "@wr2/core"
import { Context, Layer } from "effect"
import type { Effect } from "effect"
import type { StoreError } from "./InstanceStore.ts"
import * as Memory from "./memory/ConsumerOffsets.ts"
import { MemoryDatabase } from "./memory/Database.ts"

/** A consumer as the port knows it. */
export type Known = Pick<Consumer.Any, "name" | "from">

/** Why a consumer does not go on in an instance. */
export interface Parked {
  /** The Event at which it stopped. */
  readonly seq: number
  readonly error: string
}

/** A consumer's row. */
export interface Offset {
  readonly instance: number
  readonly consumer: string
  /** All up to here is done. */
  readonly seq: number
  readonly parked: Parked | null
}

/** An offset on its way: it is written only while it is still `from`. */
export interface Move {
  readonly instance: number
  readonly consumer: string
  readonly from: number
  readonly to: number
}

/**
 * What became of a move: written; held by somebody, to be tried again; or lost, because the offset is
 * not `from` any more, or parked.
 */
export type Advanced = "written" | "held" | "lost"

export class ConsumerOffsets extends Context.Service<
  ConsumerOffsets,
  {
    /**
     * Makes the rows that are missing, of all instances. `beginning`: before the oldest Event kept;
     * `now`: at the newest. Safe to repeat, and by any number of processes.
     */
    readonly enrol: (consumers: ReadonlyArray<Known>) => Effect.Effect<void, StoreError>
    /** An instance's rows, in the order asked for; missing ones are made, `now` being seq `head`. */
    readonly open: (
      instance: number,
      head: number,
      consumers: ReadonlyArray<Known>
    ) => Effect.Effect<ReadonlyArray<Offset>, StoreError>
    /** Compare and set, each row once; what became of it, in the order given. Never waits for a row. */
    readonly advance: (
      moves: ReadonlyArray<Move>
    ) => Effect.Effect<ReadonlyArray<Advanced>, StoreError>
    /** Moves to `to`, and stops there until `resume`; false: the offset is not `from` any more. */
    readonly park: (move: Move, why: Parked) => Effect.Effect<boolean, StoreError>
    /** Lets a parked one go on: with the same Event, or after seq `to`. False: it is not parked. */
    readonly resume: (
      instance: number,
      consumer: string,
      to: number | null
    ) => Effect.Effect<boolean, StoreError>
    /** Released instances in which one of these has something unread and is not parked; at most `limit`. */
    readonly asleep: (
      consumers: ReadonlyArray<string>,
      limit: number
    ) => Effect.Effect<ReadonlyArray<number>, StoreError>
    /**
     * The oldest seq that some consumer of an instance still needs, for each instance that has
     * consumers: what retention keeps, up to its own limit. Parked ones count.
     */
    readonly needed: Effect.Effect<
      ReadonlyArray<{ readonly instance: number; readonly seq: number }>,
      StoreError
    >
  }
>()("wr2/engine/ConsumerOffsets") {
  /** In memory, on the MemoryDatabase that all ports built with it share (see Memory). */
  static readonly layerMemory: Layer.Layer<ConsumerOffsets> = Layer.effect(
    ConsumerOffsets,
    Memory.make
  ).pipe(Layer.provide(MemoryDatabase.layer))
}
