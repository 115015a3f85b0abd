/**
 * The port to pending Actions: what is due, and when to look again. Adding and removing happen in
 * the cycle's transaction (InstanceStore.commit); a swapped transport needs at-least-once hand-over
 * only.
 */
import { Context, Effect, Layer } from "effect"
import { InstanceStore } from "./InstanceStore.ts"
import type { PendingActions } from "./InstanceStore.ts"
import { MemoryDatabase } from "./memory/Database.ts"
import * as Memory from "./memory/Reads.ts"

export class ActionQueue extends Context.Service<ActionQueue, PendingActions>()(
  "wr2/engine/ActionQueue"
) {
  /** The queue table of the InstanceStore: what an engine uses unless it is given another. */
  static readonly layer: Layer.Layer<ActionQueue, never, InstanceStore> = Layer.effect(
    ActionQueue,
    Effect.map(InstanceStore, ({ due, nextDue }) => ({ due, nextDue }))
  )

  /** In memory, on the MemoryDatabase that all ports built with it share (see Memory). */
  static readonly layerMemory: Layer.Layer<ActionQueue> = Layer.effect(
    ActionQueue,
    Memory.actionQueue
  ).pipe(Layer.provide(MemoryDatabase.layer))
}
