/**
 * What commands about history share: connections that may take their time, the game, and the game
 * with the content that an old Action was decided on.
 */
import { PgClient } from "@effect/sql-pg"
import type { Game } from "@wr2/core"
import * as GameDef from "@wr2/engine/GameDef"
import { StoreError } from "@wr2/engine/InstanceStore"
import { Database, Settings } from "@wr2/postgres"
import { world } from "@wr2/world"
import { Effect, Layer } from "effect"
import * as Authored from "./Authored.ts"
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

/** This build's game, with the content that is played: what was applied, or what the files say. */
export const game = Effect.gen(function* () {
  const config = yield* Config.load
  const loaded = yield* World.load(config.content)
  yield* Authored.sync(loaded.content)
  return {
    limits: config.limits,
    world: loaded,
    definition: GameDef.prepare(loaded.game as Game.Any)
  }
})

/** The game as it was with this content; undefined when that cannot be had. */
export const definitionOf = (sql: PgClient.PgClient) => (hash: string) =>
  Authored.contentOf(hash).pipe(
    Effect.provideService(PgClient.PgClient, sql),
    Effect.map((content) =>
      content === undefined ? undefined : GameDef.prepare(world(content) as Game.Any)
    ),
    Effect.mapError(({ message }) => new StoreError({ reason: "Transient", message }))
  )
