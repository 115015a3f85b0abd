/** InstanceStore on PostgreSQL. The rules are in Commit, Ownership and Founding; here they are put together. */
import type { PgClient } from "@effect/sql-pg"
import type { Aggregate } from "@wr2/core"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import { Limits } from "@wr2/engine/Limits"
import { Effect, Layer } from "effect"
import { commit } from "./Commit.ts"
import { Database } from "./Database.ts"
import { found } from "./Founding.ts"
import * as Lanes from "./Lanes.ts"
import { activate } from "./Ownership.ts"
import { toAction } from "./queries/actionColumns.ts"
import * as Own from "./queries/own.ts"
import * as Queue from "./queries/queue.ts"
import { Settings } from "./Settings.ts"
import type { StartError } from "./StartError.ts"
import * as Together from "./Together.ts"

/** What the store has to know of a game: its classes of rows. */
export interface Game {
  readonly aggregates: ReadonlyArray<Aggregate.Any>
}

const make = Effect.fnUntraced(function* (game: Game) {
  const database = yield* Database
  const limits = yield* Limits
  const settings = yield* Settings
  const { aside, control } = database
  const confirm = yield* Together.make(
    settings.confirmsMax,
    (owned: ReadonlyArray<{ readonly instance: number; readonly epoch: number }>) =>
      Effect.map(Lanes.one(aside, Own.confirm(owned)), (rows) => {
        const still = new Set(rows.map(([instance, epoch]) => `${instance}/${epoch}`))
        return owned.map(({ epoch, instance }) => still.has(`${instance}/${epoch}`))
      })
  )
  return InstanceStore.of({
    found: (birth) => found(control, birth, settings.foundChunk),
    instances: Effect.map(Lanes.one(control, Own.instances), (rows) => rows.map(([id]) => id)),
    activate: (instance, owner) =>
      activate(
        database,
        game.aggregates,
        {
          fenceWait: limits.fenceWait,
          timersLoadMax: limits.timersLoadMax,
          unblockTries: settings.unblockTries
        },
        instance,
        owner
      ),
    commit: (cycles) => commit(database.executors, cycles),
    confirm: (instance, epoch) => confirm({ instance, epoch }),
    owned: (instance, incarnation) =>
      Effect.map(
        Lanes.one(control, Own.owned(instance, incarnation)),
        (rows) => rows[0]?.[0] as number | undefined
      ),
    release: (instance, epoch, at) =>
      Effect.map(Lanes.one(control, Own.release(instance, epoch, at)), (rows) => rows.length > 0),
    due: (instance, range) =>
      Effect.map(Lanes.one(control, Queue.due(instance, range)), (rows) => rows.map(toAction)),
    nextDue: (instance, after) =>
      Effect.map(
        Lanes.one(control, Queue.nextDue(instance, after)),
        (rows) => rows[0]?.[0] ?? null
      ),
    ids: (count) => Effect.map(Lanes.one(control, Own.ids(count)), (rows) => rows[0]![0]),
    heartbeat: (incarnation) => Effect.asVoid(Lanes.one(aside, Own.heartbeat(incarnation))),
    sleeping: (deadAfterMillis) =>
      Effect.map(Lanes.one(control, Own.sleeping(deadAfterMillis, settings.sleepingMax)), (rows) =>
        rows.map(([instance]) => ({ instance }))
      )
  })
})

/**
 * The store of one game's instances. `Limits.executors` connections carry cycles.
 *
 * **Gotchas** Tables are not made and not checked here: see Migrations and SchemaCheck, or
 * `Postgres.layer`, which does both.
 */
export const layer = (game: Game): Layer.Layer<InstanceStore, StartError, PgClient.PgClient> =>
  Layer.effect(InstanceStore, make(game)).pipe(Layer.provide(Database.layer))
