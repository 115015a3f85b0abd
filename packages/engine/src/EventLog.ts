/** The port to an instance's Events: read by whoever missed the hand-over. The log is the outbox. */
import { Context, Layer } from "effect"
import type { Effect } from "effect"
import type { StoreError } from "./InstanceStore.ts"
import { MemoryDatabase } from "./memory/Database.ts"
import * as Memory from "./memory/Reads.ts"
import type { EventRecord } from "./Records.ts"

export class EventLog extends Context.Service<
  EventLog,
  {
    /** Events with seq > after in order, at most `limit`. */
    readonly read: (
      instance: number,
      after: number,
      limit: number
    ) => Effect.Effect<ReadonlyArray<EventRecord>, StoreError>
    /** Lineage, the last seq, and the seq of the oldest Event kept (1 when nothing was dropped; last + 1 when empty). */
    readonly head: (
      instance: number
    ) => Effect.Effect<
      { readonly lineage: string; readonly last: number; readonly oldest: number } | undefined,
      StoreError
    >
    /**
     * Where a message of another instance came in: its n there, the seq of the first Event that came
     * of it here, and the lineage. Undefined: nothing has come of it, or the log no longer has it.
     */
    readonly arrival: (
      instance: number,
      message: { readonly source: number; readonly n: number }
    ) => Effect.Effect<{ readonly lineage: string; readonly seq: number } | undefined, StoreError>
  }
>()("wr2/engine/EventLog") {
  /** In memory, on the MemoryDatabase that all ports built with it share (see Memory). */
  static readonly layerMemory: Layer.Layer<EventLog> = Layer.effect(EventLog, Memory.eventLog).pipe(
    Layer.provide(MemoryDatabase.layer)
  )
}
