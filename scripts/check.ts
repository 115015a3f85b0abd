/**
 * Everything that can be judged without running the game: `npm run check`.
 *
 * One line per check with its time; the words of a check only when it fails. With `--fix`, formats and applies the safe
 * fixes first.
 */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"

interface Check {
  readonly name: string
  readonly command: string
  readonly args: ReadonlyArray<string>
  readonly hint: string
}

const checks: ReadonlyArray<Check> = [
  { name: "types", command: "tsc", args: ["-b"], hint: "" },
  { name: "lint", command: "oxlint", args: [], hint: "npm run fix applies the safe fixes" },
  { name: "format", command: "oxfmt", args: ["--check"], hint: "npm run fix formats" },
  { name: "dependencies", command: "knip", args: ["--no-progress", "--no-config-hints"], hint: "" },
  {
    name: "tidy",
    command: "vitest",
    args: ["run", "--project", "unit", "--reporter", "dot", "test/tidy.test.ts"],
    hint: ""
  }
]

const fixes: ReadonlyArray<Omit<Check, "hint">> = [
  { name: "lint", command: "oxlint", args: ["--fix"] },
  { name: "format", command: "oxfmt", args: [] }
]

const root = fileURLToPath(new URL("..", import.meta.url))

const run = (check: Omit<Check, "hint">): { readonly ok: boolean; readonly output: string } => {
  const result = spawnSync(
    fileURLToPath(new URL(`../node_modules/.bin/${check.command}`, import.meta.url)),
    check.args,
    {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }) },
      maxBuffer: 64 * 1024 * 1024
    }
  )
  const said = `${result.stdout ?? ""}${result.stderr ?? ""}`.trim()
  return {
    ok: result.status === 0,
    output: result.error ? `${said}\n${result.error.message}` : said
  }
}

if (process.argv.includes("--fix")) for (const fix of fixes) run(fix)

let failed = 0
for (const check of checks) {
  const started = performance.now()
  const { ok, output } = run(check)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${ok ? "ok  " : "FAIL"} ${check.name.padEnd(14)} ${seconds} s`)
  if (ok) continue
  failed++
  console.log(`\n${output}\n${check.hint === "" ? "" : `(${check.hint})\n`}`)
}
if (failed > 0) {
  console.log(`${failed} of ${checks.length} checks failed`)
  process.exitCode = 1
}
