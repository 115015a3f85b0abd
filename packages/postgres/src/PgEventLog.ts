/** EventLog on PostgreSQL. */
import type { PgClient } from "@effect/sql-pg"
import { Actor } from "@wr2/core"
import { EventLog } from "@wr2/engine/EventLog"
import { Effect, Layer } from "effect"
import { Database } from "./Database.ts"
import * as Lanes from "./Lanes.ts"
import * as Events from "./queries/appendEvents.ts"
import type { StartError } from "./StartError.ts"

/**
 * **Gotchas** A payload read back is the text of a jsonb value: equal, but its keys may stand in
 * another order than in the text that was written.
 */
export const layer: Layer.Layer<EventLog, StartError, PgClient.PgClient> = Layer.effect(
  EventLog,
  Effect.map(Database, ({ control }) => ({
    read: (instance, after, limit) =>
      Effect.map(Lanes.one(control, Events.read(instance, after, limit)), (rows) =>
        rows.map(Events.toEvent)
      ),
    head: (instance) =>
      Effect.map(Lanes.one(control, Events.head(instance)), (rows) => {
        const row = rows[0]
        if (row === undefined) return undefined
        const [lineage, last, oldest] = row
        return { lineage, last, oldest: oldest ?? last + 1 }
      }),
    arrival: (instance, { n, source }) =>
      Effect.map(
        Lanes.one(control, Events.arrival(instance, `${Actor.key(Actor.instance(source))}#${n}`)),
        ([row]) => row && { lineage: row[0], seq: row[1] }
      )
  }))
).pipe(Layer.provide(Database.layer))
