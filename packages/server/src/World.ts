/**
 * The world this server runs: the game of `@wr2/world` with authored content from a folder, its
 * tables, and the instances that it consists of.
 */
import * as Fs from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Content } from "@wr2/core"
import { Founding, type InstanceStore } from "@wr2/engine"
import type { Migrations } from "@wr2/postgres"
import { Content as Files, formatProblem, type World, world } from "@wr2/world"
import { Effect, Result, Schema } from "effect"
import { Problem } from "./Problem.ts"

/** A world, ready to run. */
export interface Loaded {
  readonly game: World
  /** What the files say; another one takes its place when that is applied. */
  readonly content: Content.Live
  readonly name: string
  /** The one in which new characters are made. */
  readonly home: number
}

/** What is needed of the content to know which instances there are. */
const Places = Schema.Struct({
  settings: Schema.Struct({ name: Schema.String, place: Schema.String }),
  places: Schema.Record(Schema.String, Schema.Struct({ number: Schema.Int }))
})

const placesOf = (content: Content.Value) => Schema.decodeUnknownSync(Places)(content.value)

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
  const parsed = Files.parse(files)
  if (Result.isFailure(parsed)) {
    const told = parsed.failure.map(formatProblem).join("\n  ")
    return yield* new Problem({ message: `the content in ${dir} has mistakes:\n  ${told}` })
  }
  const content = Content.live(parsed.success)
  const { places, settings } = placesOf(content)
  return {
    game: world(content),
    content,
    name: settings.name,
    home: places[settings.place]!.number
  }
})

/** The world's migrations: its files in order, each named by its file. */
export const migrations: Effect.Effect<ReadonlyArray<Migrations.Migration>, Problem> = Effect.map(
  readFiles(folder("src/sql"), ".sql"),
  (files) => files.map(({ name, text }) => ({ name: name.replace(/^\d+_|\.sql$/g, ""), sql: text }))
)

/** Makes those of the world's instances that are not there yet. Any number of processes may do so at once. */
export const found = Effect.fn("wr2.foundWorld")(function* (
  { content, game }: Loaded,
  store: InstanceStore.InstanceStore["Service"]
) {
  const there = new Set(yield* store.instances)
  for (const { number: instance } of Object.values(placesOf(content).places)) {
    if (there.has(instance)) continue
    yield* Founding.found(game, instance).pipe(
      Effect.tap(() => Effect.logInfo("an instance is founded", { instance })),
      Effect.catchTag("InstanceExists", () => Effect.void)
    )
  }
})
