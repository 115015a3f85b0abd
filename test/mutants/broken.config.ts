/**
 * The test projects, with one source file changed as it is loaded: WR2_BROKEN is the {file, from, to} of a
 * mutant of sources.ts. `npm run mutants -- --by source` runs tests with it.
 */
import { join } from "node:path"
import type { Plugin } from "vitest/config"
import { defineConfig } from "vitest/config"
import { projects } from "../../vitest.workspace.ts"
import type { SourceMutant } from "./sources.ts"

const root = join(import.meta.dirname, "../..")
const broken: Pick<SourceMutant, "file" | "from" | "to"> | undefined =
  process.env.WR2_BROKEN === undefined ? undefined : JSON.parse(process.env.WR2_BROKEN)

const swap: Plugin = {
  name: "wr2-broken",
  enforce: "pre",
  transform: (code, id) =>
    broken !== undefined && id.split("?")[0] === join(root, broken.file)
      ? code.replace(broken.from, () => broken.to)
      : undefined
}

export default defineConfig({
  root,
  plugins: [swap],
  // What was loaded without the mutant would be loaded from there again.
  test: { projects, fsModuleCache: false }
})
