/**
 * The world this server runs: the game of `@wr2/world` with authored content from a folder, its
 * tables, and the instances that it consists of.
 */
import * as Fs from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Content } from "@wr2/core"
import { Founding, type InstanceStore } from "@wr2/engine"
import { PgClient } from "@effect/sql-pg"
import type { Migrations } from "@wr2/postgres"
import { Content as Authored, formatProblem, Published, type World, world } from "@wr2/world"
import { Array, Effect, Result, Schema } from "effect"
import type { SqlError } from "effect/sql/SqlError"
import { Problem } from "./Problem.ts"

/** A world, ready to run. */
export interface Loaded {
  readonly game: World
  readonly content: Content.Value
  readonly name: string
  /** The instances that it consists of. */
  readonly instances: ReadonlyArray<number>
  /** The one in which new characters are made. */
  readonly home: number
}

/** What is needed of the content to know which instances there are. */
const Places = Schema.Struct({
  settings: Schema.Struct({ name: Schema.String, place: Schema.String }),
  places: Schema.Record(Schema.String, Schema.Struct({ number: Schema.Int }))
})

const folder = (path: string) => fileURLToPath(new URL(`../../world/${path}`, import.meta.url))

const readFiles = (dir: string, ending: string) =>
  Effect.try({
    try: () =>
      Fs.readdirSync(dir)
        .filter((name) => name.endsWith(ending))
        .sort()
        .map((name) => ({ name, text: Fs.readFileSync(join(dir, name), "utf8") })),
    catch: (error) => new Problem({ message: `cannot read ${dir}: ${(error as Error).message}` })
  })

/** Reads the authored files; everything that is wrong with them is one Problem. */
export const load = Effect.fnUntraced(function* (
  dir: string = folder("content")
): Effect.fn.Return<Loaded, Problem> {
  const files = yield* readFiles(dir, ".yaml")
  const parsed = Authored.parse(files)
  if (Result.isFailure(parsed)) {
    const told = parsed.failure.map(formatProblem).join("\n  ")
    return yield* new Problem({ message: `the content in ${dir} has mistakes:\n  ${told}` })
  }
  const content = parsed.success
  const { places, settings } = yield* Effect.orDie(
    Schema.decodeUnknownEffect(Places)(content.value)
  )
  return {
    game: world(content),
    content,
    name: settings.name,
    instances: Object.values(places).map(({ number }) => number),
    home: places[settings.place]!.number
  }
})

/** The world's migrations: its files in order, each named by its file. */
export const migrations: Effect.Effect<ReadonlyArray<Migrations.Migration>, Problem> = Effect.map(
  readFiles(folder("src/sql"), ".sql"),
  (files) => files.map(({ name, text }) => ({ name: name.replace(/^\d+_|\.sql$/g, ""), sql: text }))
)

/** Keeps this version of the content: the log names the hash that an Action was decided on. */
export const publish = Effect.fn("wr2.publish")(function* (
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

/** Makes those of the world's instances that are not there yet. Any number of processes may do so at once. */
export const found = Effect.fn("wr2.foundWorld")(function* (
  { game, instances }: Loaded,
  store: InstanceStore.InstanceStore["Service"]
) {
  const there = new Set(yield* store.instances)
  for (const instance of instances) {
    if (there.has(instance)) continue
    yield* Founding.found(game, instance).pipe(
      Effect.tap(() => Effect.logInfo("an instance is founded", { instance })),
      Effect.catchTag("InstanceExists", () => Effect.void)
    )
  }
})
