/** The program `npm run chaos` itself, for a moment: it plays, does harm, judges, and says so in its report. */
import * as Fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Harness from "@wr2/testkit/Harness"
import { Effect } from "effect"

const script = `${Harness.root}scripts/chaos/chaos.ts`

const folder = Effect.acquireRelease(
  Effect.sync(() => Fs.mkdtempSync(join(tmpdir(), "wr2-chaos-test-"))),
  (dir) => Effect.sync(() => Fs.rmSync(dir, { recursive: true, force: true }))
)

/** Runs it to its end. */
const chaos = Effect.fnUntraced(function* (line: string, env: Record<string, string> = {}) {
  const args = line.split(/ +/).map((word) => word.replaceAll("_", " "))
  const process = yield* Harness.start({ name: "chaos", script, args, env })
  const { code } = yield* process.ended
  return { code, output: process.output() }
})

const read = (file: string) => JSON.parse(Fs.readFileSync(file, "utf8"))

describe("npm run chaos", () => {
  it.live(
    "plays, does harm, and finds nothing wrong",
    () =>
      Effect.gen(function* () {
        const json = join(yield* folder, "report.json")
        const { code, output } = yield* chaos(
          `--seconds 15 --seed 7 --runners 2 --gateways 1 --bots 6 --floor 0.2 --json ${json}` +
            " --only client_sockets_cut,runner_killed,flood_of_Commands"
        )
        assert.strictEqual(code, 0, output.slice(-4_000))
        const report = read(json)
        assert.deepStrictEqual(report.violations, [])
        assert.deepInclude(report, { seed: 7, seconds: 15 })
        for (const what of ["commands", "accepted", "events", "told"])
          assert.isAbove(report[what], 0, what)
        assert.isAtLeast(report.commands, report.accepted)
        assert.isAbove(report.faults["client sockets cut"], 0)
        assert.isTrue(Object.values(report.faults).every(Number.isInteger))
      }).pipe(Effect.scoped),
    600_000
  )

  it.live(
    "says so when it cannot be judged",
    () =>
      Effect.gen(function* () {
        const dir = yield* folder
        const json = join(dir, "report.json")
        // Nowhere to put a database.
        const { code, output } = yield* chaos(`--seconds 15 --json ${json}`, {
          TMPDIR: join(dir, "nowhere")
        })
        assert.strictEqual(code, 1, output)
        const { faults, violations } = read(json)
        assert.deepStrictEqual(faults, {})
        assert.strictEqual(violations.length, 1)
        assert.strictEqual(violations[0].rule, "comes to judgement")
        assert.include(violations[0].what, "ENOENT")
      }).pipe(Effect.scoped),
    120_000
  )

  it.live(
    "turns down in one line what makes no sense",
    () =>
      Effect.gen(function* () {
        const { code, output } = yield* chaos("--seconds x")
        assert.strictEqual(code, 2)
        assert.strictEqual(output, `--seconds: "x" is no whole number from 1 to 86400\n`)
      }).pipe(Effect.scoped),
    120_000
  )
})
