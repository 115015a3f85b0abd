/**
 * The port to pending Actions: what is due, and when to look again. Adding and removing happen in
 * the cycle's transaction (InstanceStore.commit); a swapped transport needs at-least-once hand-over
 * only.
 */
import { Context, Layer } from "effect"
import type { Effect } from "effect"
import type { StoreError } from "./InstanceStore.ts"
import { MemoryDatabase } from "./memory/Database.ts"
import * as Memory from "./memory/Reads.ts"
import type { ActionRecord } from "./Records.ts"

export class ActionQueue extends Context.Service<
  ActionQueue,
  {
    /** Pending Actions with after < runAt <= until, by (runAt, no), at most `limit`. */
    readonly due: (
      instance: number,
      range: { readonly after: number; readonly until: number; readonly limit: number }
    ) => Effect.Effect<ReadonlyArray<ActionRecord>, StoreError>
    /** The earliest runAt later than `after`, null when there is none. */
    readonly nextDue: (instance: number, after: number) => Effect.Effect<number | null, StoreError>
  }
>()("wr2/engine/ActionQueue") {
  /** In memory, on the MemoryDatabase that all ports built with it share (see Memory). */
  static readonly layerMemory: Layer.Layer<ActionQueue> = Layer.effect(
    ActionQueue,
    Memory.actionQueue
  ).pipe(Layer.provide(MemoryDatabase.layer))
}
