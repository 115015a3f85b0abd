/** Where a test of `wr2 replay --as-test` may be written, and the command that runs it there. */
import * as Fs from "node:fs"
import { dirname, relative, resolve, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { Problem } from "../Problem.ts"

/** A file for a test. */
export interface Place {
  /** As it was given. */
  readonly file: string
  /** What runs it, from where the command was given. */
  readonly command: string
}

const root = fileURLToPath(new URL("../../../..", import.meta.url)).replace(/[/\\]$/, "")

/** Runs a file wherever it lies: the projects of vitest.config.ts look in their own folders alone. */
const config = "test/alone.config.ts"

/** For a shell, as few quotes as it takes. */
const quoted = (text: string): string =>
  /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** Why nothing would run there; undefined when it does. */
const unusable = (file: string): string | undefined => {
  const path = relative(root, resolve(file))
  const folders = path.split(sep)
  if (!path.endsWith(".test.ts")) return "no test runner looks at it: call it NAME.test.ts"
  if (folders[0] === ".." || resolve(path) === path)
    return `its imports are found below ${root} alone`
  const hidden = folders.find((name) => name === "node_modules" || name.startsWith("."))
  if (hidden !== undefined) return `no test runner looks into ${hidden}`
  const folder = dirname(resolve(file))
  return Fs.existsSync(folder) ? undefined : `there is no folder ${folder}`
}

/** The place for a test, if one that is written there can be run. */
export const place = (file: string): Effect.Effect<Place, Problem> =>
  Effect.suspend(() => {
    const why = unusable(file)
    if (why !== undefined)
      return Effect.fail(new Problem({ message: `--as-test ${file}: ${why}. Nothing was written` }))
    const path = relative(root, resolve(file))
    const there = resolve(".") === root ? "" : `cd ${quoted(root)} && `
    return Effect.succeed({
      file,
      command: `${there}npx vitest run --config ${config} ${quoted(path.split(sep).join("/"))}`
    })
  })

/** Writes it. */
export const write = ({ file }: Place, source: string): Effect.Effect<void, Problem> =>
  Effect.try({
    try: () => Fs.writeFileSync(file, source),
    catch: (error) => new Problem({ message: `cannot write ${file}: ${(error as Error).message}` })
  })
