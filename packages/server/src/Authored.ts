/**
 * Which content is the world's now. Every version that was ever played is kept by its hash; one row says
 * which is played, and every process follows it while it runs, without anybody being thrown out.
 */
import { PgClient } from "@effect/sql-pg"
import type { Content } from "@wr2/core"
import { Published } from "@wr2/world"
import { Array, Effect, Result, Schedule } from "effect"
import type { SqlError } from "effect/sql/SqlError"

/** Keeps this version of the content: the log names the hash that an Action was decided on. */
const publish = Effect.fn("wr2.publish")(function* (
  content: Content.Value
): Effect.fn.Return<void, SqlError, PgClient.PgClient> {
  const sql = yield* PgClient.PgClient
  const { world, ...templates } = Published.rows(content)
  yield* sql.withTransaction(
    Effect.gen(function* () {
      const row = {
        content_hash: world.content_hash,
        name: world.name,
        settings: sql.json(world.settings),
        places: sql.json(world.places),
        spawners: sql.json(world.spawners),
        sections: sql.json(world.sections)
      }
      const fresh =
        yield* sql`INSERT INTO wr2.world ${sql.insert(row)} ON CONFLICT DO NOTHING RETURNING 1`
      if (fresh.length === 0) return
      for (const [table, rows] of Object.entries(templates)) {
        if (!Array.isReadonlyArrayNonEmpty(rows)) continue
        const values = Array.map(rows, ({ data, slug }) => ({
          content_hash: world.content_hash,
          slug,
          data: sql.json(data)
        }))
        yield* sql`INSERT INTO ${sql(`wr2.${table}`)} ${sql.insert(values)}`
      }
    })
  )
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

/** The hash of the content that is played; undefined in a world that was never started. */
export const current = Effect.gen(function* () {
  const sql = yield* PgClient.PgClient
  const [row] = yield* sql<{ readonly content_hash: string }>`
    SELECT content_hash FROM wr2.world_current`
  return row?.content_hash
})

/**
 * What a server says when it begins, with the content of its files: that is the world's if there was none,
 * or if the files changed since a server began last. Else what was applied since stays.
 */
export const begin = Effect.fn("wr2.begin")(function* (files: Content.Value) {
  const sql = yield* PgClient.PgClient
  yield* publish(files)
  yield* sql`
    INSERT INTO wr2.world_current (content_hash, files_hash) VALUES (${files.hash}, ${files.hash})
    ON CONFLICT (one) DO UPDATE SET content_hash = excluded.content_hash,
      files_hash = excluded.files_hash, applied_at = now()
    WHERE world_current.files_hash <> excluded.files_hash`
})

/** This content is the world's from now on. */
export const apply = Effect.fn("wr2.apply")(function* (content: Content.Value) {
  const sql = yield* PgClient.PgClient
  yield* publish(content)
  yield* sql`
    INSERT INTO wr2.world_current (content_hash, files_hash) VALUES (${content.hash}, ${content.hash})
    ON CONFLICT (one) DO UPDATE SET content_hash = excluded.content_hash, applied_at = now()`
})

/** How soon what was applied is played everywhere, in milliseconds. */
const every = 1_000

/**
 * Plays what is the world's now, from the next Action on; whether that is another than before. Content that
 * this build does not read is left where it is.
 */
export const sync = Effect.fn("wr2.sync")(function* (live: Content.Live) {
  const hash = yield* current
  if (hash === undefined || hash === live.hash) return false
  const content = yield* contentOf(hash)
  if (content === undefined) {
    yield* Effect.logWarning("the content that was applied is of another build's shape", { hash })
    return false
  }
  live.replace(content)
  return true
})

/** Does so again and again; `changed` after each change. */
export const follow = <E, R>(live: Content.Live, changed: Effect.Effect<void, E, R>) =>
  sync(live).pipe(
    Effect.flatMap((replaced) =>
      replaced
        ? Effect.andThen(Effect.logInfo("another content is played", { hash: live.hash }), changed)
        : Effect.void
    ),
    // The database may be away for a while.
    Effect.catchCause((cause) => Effect.logDebug("what is applied was not asked for", { cause })),
    Effect.repeat(Schedule.spaced(every))
  )
