/** ActionQueue on PostgreSQL: what is due, read by the index on (instance_id, run_at, accept_no). */
import type { PgClient } from "@effect/sql-pg"
import { ActionQueue } from "@wr2/engine/ActionQueue"
import { Effect, Layer } from "effect"
import { Database } from "./Database.ts"
import * as Lanes from "./Lanes.ts"
import { toAction } from "./queries/actionColumns.ts"
import * as Queue from "./queries/queue.ts"
import type { StartError } from "./StartError.ts"

/** The port, on the database of a PgClient. */
export const layer: Layer.Layer<ActionQueue, StartError, PgClient.PgClient> = Layer.effect(
  ActionQueue,
  Effect.map(Database, ({ control }) => ({
    due: (instance, range) =>
      Effect.map(Lanes.one(control, Queue.due(instance, range)), (rows) => rows.map(toAction)),
    nextDue: (instance, after) =>
      Effect.map(Lanes.one(control, Queue.nextDue(instance, after)), (rows) => rows[0]?.[0] ?? null)
  }))
).pipe(Layer.provide(Database.layer))
