/**
 * The game with a small world of its own, packages/testkit/content: what tests, kills, chaos and the bench
 * play, so that the one that is shipped may grow and change. Processes that the Harness starts have it
 * unless they are given another WR2_CONTENT (undefined: the one that is shipped).
 */
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Content, formatProblem, world } from "@wr2/world"
import { Result } from "effect"

const read = (path: string) => {
  const url = new URL(path, import.meta.url)
  return readdirSync(fileURLToPath(url))
    .sort()
    .map((name) => ({ name, text: readFileSync(new URL(name, url), "utf8") }))
}

/** The authored files, in order of their names. */
export const files = read("../content/")

/** Content of authored files; throws all that is wrong with them. */
export const parse = (authored: Parameters<typeof Content.parse>[0]) =>
  Result.getOrThrowWith(
    Content.parse(authored),
    (problems) => new Error(problems.map(formatProblem).join("\n"))
  )

/** The content of the files. */
export const content = parse(files)

/** The game that is played with it. */
export const game = world(content)

/** The files that make its tables, in order. */
export const migrations = read("../../world/src/sql/").map(({ name, text }) => ({
  name: name.replace(/^\d+_|\.sql$/g, ""),
  sql: text
}))

/** What a database of it is made for: PgFixture's argument. */
export const tables = { aggregates: game.aggregates, migrations }
