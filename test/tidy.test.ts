import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { judge, table } from "./imports.ts"
import * as Tidy from "./tidy.ts"

const root = join(import.meta.dirname, "..")
const skipped = new Set(["node_modules", "dist", ".git", ".wr2"])

const walk = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : walk(path)
    return entry.name.endsWith(".ts") ? [path] : []
  })

const files: ReadonlyArray<Tidy.File> = ["packages", "test", "scripts", "docs"].flatMap((folder) =>
  walk(folder).map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }))
)

// This file and its functions hold the violations they look for.
const judged = files.filter((file) => !file.path.startsWith("test/tidy"))

describe("the repository", () => {
  it("is seen", () => {
    assert.isAbove(judged.length, 20)
    assert.isAbove(files.flatMap((file) => Tidy.importsOf(file.text)).length, 50)
  })

  it.each(Object.entries(Tidy.rules))("keeps the rule: %s", (_, rule) => {
    const found = judged.flatMap((file) => rule(file))
    if (found.length > 0) assert.fail(`\n${found.join("\n")}\n`)
  })

  it("has a judge, in the files that are named", () => {
    const there = new Set(files.map(({ path }) => path))
    for (const file of judge.files) assert.isTrue(there.has(`${judge.folder}/${file}`), file)
  })

  it("depends as the table says: package.json and project references name nothing else", () => {
    const wrong = Object.entries(table).flatMap(([name, allowed]) => {
      const read = (file: string) =>
        JSON.parse(readFileSync(join(root, "packages", name, file), "utf8"))
      const declared = Object.keys(read("package.json").dependencies ?? {})
        .filter((each) => each.startsWith("@wr2/"))
        .map((each) => each.slice("@wr2/".length))
      const referenced = (read("tsconfig.json").references ?? []).map((each: { path: string }) =>
        each.path.replace("../", "")
      )
      return [...declared, ...referenced]
        .filter((other) => !allowed.wr2.includes(other))
        .map((other) => `packages/${name} names ${other}`)
    })
    assert.deepStrictEqual(wrong, [])
  })
})

describe("a planted violation is found", () => {
  const planted =
    (path: string, text: string, rule: Tidy.Rule, times = 1) =>
    () => {
      const found = rule({ path, text })
      assert.strictEqual(found.length, times, found.join("\n"))
      assert.isTrue(found.every((line) => line.startsWith(path)))
    }
  const imports = (path: string, statement: string, times = 1) =>
    planted(path, statement, Tidy.importTable, times)

  it("an upward import", imports("packages/core/src/A.ts", `import { X } from "@wr2/engine"`))
  it("a submodule", imports("packages/engine/src/A.ts", `import * as P from "@wr2/postgres/Pg"`))
  it("a type", imports("packages/world/src/A.ts", `import type { E } from "@wr2/engine"`))
  it("a re-export", imports("packages/core/src/A.ts", `export { X } from "@wr2/world"`))
  it("a dynamic import", imports("packages/engine/src/A.ts", `const x = import("node:fs")`))
  it("a bare import", imports("packages/core/src/A.ts", `import "node:fs"`))
  it(
    "an effect in a rule",
    imports("packages/world/src/A.ts", `import { Effect, Result } from "effect"`)
  )
  it(
    "over several lines",
    imports("packages/core/src/A.ts", `import {\n  Schema,\n  type Layer\n} from "effect"`)
  )
  it("all of Effect", imports("packages/core/src/A.ts", `import * as All from "effect"`))
  it("a folder", imports("packages/engine/src/A.ts", `import { SqlClient } from "effect/sql"`))
  it("a reach-around", imports("packages/engine/src/a/B.ts", `import "../../../core/src/Ids.ts"`))
  it("Node outside Embedded", imports("packages/postgres/src/A.ts", `import fs from "node:fs"`))
  it("a driver", imports("packages/engine/src/A.ts", `import { PgClient } from "@effect/sql-pg"`))
  it("an unknown package", imports("packages/fancy/src/A.ts", ""))
  it(
    "(and what is allowed is not)",
    imports(
      "packages/postgres/src/Embedded.ts",
      [
        `import { Effect } from "effect"`,
        `import { SqlClient } from "effect/sql"`,
        `import { PgClient } from "@effect/sql-pg"`,
        `import * as Fs from "node:fs/promises"`,
        `import * as Ids from "@wr2/core/Ids"`,
        `import { local } from "./queries/local.ts"`
      ].join("\n"),
      0
    )
  )

  const judges = (statement: string, times = 1) =>
    planted("scripts/chaos/Rules.ts", statement, Tidy.judgeImports, times)
  it("a judge that thinks with the game", judges(`import { Conservation } from "@wr2/world"`))
  it("a judge that folds as the engine does", judges(`import * as Fold from "@wr2/testkit/Fold"`))
  it("a judge that reads by itself", judges(`import { Tables } from "./Tables.ts"`))
  it("a judge with more than declarations", judges(`import { Plain, type Game } from "@wr2/core"`))
  it("a judge with a module of core", judges(`import * as Plain from "@wr2/core/Plain"`))
  it("a judge with Effect", judges(`import { Effect } from "effect"`))
  it(
    "(and what a judge may have is not)",
    judges(
      `import { EngineEvents } from "@wr2/core"\nimport type { Game } from "@wr2/core"\nimport { inOrder } from "./Order.ts"`,
      0
    )
  )

  it("a long file", planted("packages/core/src/A.ts", "\n".repeat(401), Tidy.length))
  it("no module docs", planted("packages/core/src/A.ts", "const x = 1\n", Tidy.moduleDocs))
  it(
    "no export docs",
    planted(
      "packages/core/src/A.ts",
      "/** m */\n\nexport const a = 1\n/** b */\nexport const b = 2\nexport type b = 2\n",
      Tidy.exportDocs
    )
  )
  it("an open end", planted("docs/a.ts", "// TODO later\n// TODO(#12) later\n", Tidy.openEnds))
  it("a focused test", planted("test/a.test.ts", `it.only("x", () => {})`, Tidy.focusedTests))
})
