/** The world as it is shipped, read from its folder: for tests and for the bench. */
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Content, formatProblem, world } from "@wr2/world"
import { Result } from "effect"

const read = (folder: string) => {
  const url = new URL(`../../world/${folder}/`, import.meta.url)
  return readdirSync(fileURLToPath(url))
    .sort()
    .map((name) => ({ name, text: readFileSync(new URL(name, url), "utf8") }))
}

/** The authored files, in order of their names. */
export const files = read("content")

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
export const migrations = read("src/sql").map(({ name, text }) => ({
  name: name.replace(/^\d+_|\.sql$/g, ""),
  sql: text
}))

/** What a database of it is made for: PgFixture's argument. */
export const tables = { aggregates: game.aggregates, migrations }
