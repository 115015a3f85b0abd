/**
 * What commands about history share: connections that may take their time, the game, and the game
 * with the content that an old Action was decided on.
 */
import { PgClient } from "@effect/sql-pg"
import type { Content, Game } from "@wr2/core"
import * as GameDef from "@wr2/engine/GameDef"
import { StoreError } from "@wr2/engine/InstanceStore"
import { Database, Settings } from "@wr2/postgres"
import { Published, world } from "@wr2/world"
import { Effect, Layer, Result } from "effect"
import * as Config from "./Config.ts"
import * as Reach from "./Reach.ts"
import * as World from "./World.ts"

const hour = 3_600_000

/** A statement over a whole log, and a transaction over all rows, may take long here: nobody waits. */
const patient: Settings.Settings = {
  ...Settings.defaults,
  runner: "operator",
  control: { statement: hour, lock: 10_000, idle: hour, transaction: 24 * hour },
  controlConnections: 1
}

/** The database of the world, its client, and its connections. */
export const layer = Database.layer.pipe(
  Layer.provide(Layer.succeed(Settings.Settings, patient)),
  Layer.provideMerge(Reach.layer)
)

/** This build's game, with the content it would run now. */
export const game = Effect.gen(function* () {
  const config = yield* Config.load
  const loaded = yield* World.load(config.content)
  return {
    limits: config.limits,
    world: loaded,
    definition: GameDef.prepare(loaded.game as Game.Any)
  }
})

interface Kept {
  readonly content_hash: string
  readonly name: string
  readonly settings: unknown
  readonly places: unknown
  readonly spawners: unknown
  readonly sections: unknown
}

/** Content that was once published here; undefined when it was not, or has another shape by now. */
export const contentOf = Effect.fnUntraced(function* (hash: string) {
  const sql = yield* PgClient.PgClient
  const [kept] = yield* sql<Kept>`
    SELECT content_hash, name, settings, places, spawners, sections FROM wr2.world WHERE content_hash = ${hash}`
  if (kept === undefined) return undefined
  const templates = (table: string) =>
    sql<Published.TemplateRow>`SELECT slug, data FROM ${sql(`wr2.${table}`)} WHERE content_hash = ${hash}`
  const published: Published.Published = {
    world: kept,
    room_template: yield* templates("room_template"),
    mob_template: yield* templates("mob_template"),
    item_template: yield* templates("item_template")
  }
  const read = Result.try(() => Published.read(published))
  return Result.getOrElse(read, (): Content.Value | undefined => undefined)
})

/** The game as it was with this content; undefined when that cannot be had. */
export const definitionOf = (sql: PgClient.PgClient) => (hash: string) =>
  contentOf(hash).pipe(
    Effect.provideService(PgClient.PgClient, sql),
    Effect.map((content) =>
      content === undefined ? undefined : GameDef.prepare(world(content) as Game.Any)
    ),
    Effect.mapError(({ message }) => new StoreError({ reason: "Transient", message }))
  )
