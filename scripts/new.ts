/**
 * `npm run new action Cast` (or command, event, migration): makes the files of something new in the game, and registers it.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { tableSql } from "@wr2/postgres/Tables"
import { type Kind, kinds, Refusal, scaffold, type Tree } from "./scaffold.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

const tree: Tree = {
  read: (path) =>
    existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : undefined,
  list: (folder) => (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [])
}

/** The tables of the game's Aggregate of that name. */
const tablesOf = async (name: string): Promise<string | undefined> => {
  const path = join(root, "packages/world/src/aggregates", `${name}.ts`)
  if (!existsSync(path)) return undefined
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>
  return tableSql(module[name] as Parameters<typeof tableSql>[0])
}

const [kind = "", name = ""] = process.argv.slice(2)
const isKind = (text: string): text is Kind => (kinds as ReadonlyArray<string>).includes(text)

try {
  if (!isKind(kind) || name === "")
    throw new Refusal(`npm run new <${kinds.join("|")}> <Name>, as in: npm run new action Cast`)
  const made = scaffold(kind, name, tree, kind === "migration" ? await tablesOf(name) : undefined)
  for (const { as, path, text } of made.writes) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    console.log(`${as === "new" ? "made   " : "changed"} ${path}`)
  }
  const code = made.writes.map(({ path }) => path).filter((path) => path.endsWith(".ts"))
  if (code.length > 0) spawnSync(join(root, "node_modules/.bin/oxfmt"), code, { cwd: root })
  console.log(`\nNow say\n${made.next.map((each) => `- ${each}`).join("\n")}`)
  const tests = code.filter((path) => path.endsWith(".test.ts"))
  if (tests.length > 0) console.log(`\nIts test: npx vitest run ${tests.join(" ")}`)
} catch (cause) {
  if (!(cause instanceof Refusal)) throw cause
  console.error(cause.message)
  process.exitCode = 1
}
