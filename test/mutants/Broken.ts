/** Runs the test that a source mutant names, with it and without. */
import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { SourceMutant } from "./sources.ts"

const root = join(import.meta.dirname, "../..")

/** What a run of tests came to. */
export interface Ran {
  /** Tests that ran. */
  readonly count: number
  /** What those that failed said; a file that did not load has none. */
  readonly failures: ReadonlyArray<string>
}

interface Reported {
  readonly testResults: ReadonlyArray<{
    readonly assertionResults: ReadonlyArray<{
      readonly status: string
      readonly failureMessages: ReadonlyArray<string>
    }>
  }>
}

const quoted = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** Runs `test`, with the mutant's text in its file if one is given. */
export const run = async (test: SourceMutant["test"], mutant?: SourceMutant): Promise<Ran> => {
  const dir = mkdtempSync(join(tmpdir(), "wr2-broken-"))
  const report = join(dir, "report.json")
  const { WR2_BROKEN: _, ...env } = process.env
  const child = spawn(
    process.execPath,
    [
      join(root, "node_modules/vitest/vitest.mjs"),
      "run",
      test.file,
      "--config=test/mutants/broken.config.ts",
      `--project=${test.project}`,
      `--testNamePattern=${quoted(test.name)}`,
      "--reporter=json",
      `--outputFile=${report}`
    ],
    {
      cwd: root,
      stdio: "ignore",
      env: mutant === undefined ? env : { ...env, WR2_BROKEN: JSON.stringify(mutant) }
    }
  )
  try {
    await new Promise((resolve, reject) => child.on("exit", resolve).on("error", reject))
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Reported
    const ran = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === "passed" || status === "failed")
    return {
      count: ran.length,
      failures: ran.flatMap(({ failureMessages }) => failureMessages.slice(0, 1))
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
