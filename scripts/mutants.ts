/**
 * `npm run mutants`: breaks the engine on purpose, one invariant after the other, and looks who notices.
 *
 *     npm run mutants                       by the check that is meant for it; each check alone as well;
 *                                           and texts of source files (statements, gateway), by their tests
 *     npm run mutants -- --by simulation    by simulated worlds: seeds 1, 2, 3 ... until one goes wrong
 *     npm run mutants -- --by kills         by a process that is killed, on PostgreSQL (kill-matrix)
 *     npm run mutants -- --by test,simulation,kills --table     all, as the table of docs/guarantees.md
 *     npm run mutants -- --by source        the latter only
 *     npm run mutants -- --only seq         those whose name or invariant has this in it
 *
 * `--seeds N`: how many worlds each may take (120). Exit 1 if a mutant survives or a check fails alone.
 */
import setup from "@wr2/testkit/globalSetup"
import { Effect, References } from "effect"
import * as Broken from "../test/mutants/Broken.ts"
import { mutants } from "../test/mutants/index.ts"
import { killOf } from "../test/mutants/kills.ts"
import { failure } from "../test/mutants/Mutant.ts"
import type { Check, Mutant } from "../test/mutants/Mutant.ts"
import { sources } from "../test/mutants/sources.ts"
import type { SourceMutant } from "../test/mutants/sources.ts"
import { runSeed } from "../test/simulation/World.ts"
import * as Arguments from "./kill-matrix/Arguments.ts"
import * as Break from "./kill-matrix/Break.ts"
import * as Build from "./kill-matrix/Build.ts"

const { by, chosen, seeds, table, texts } = Arguments.understood(() => {
  const values = Arguments.options({
    only: { type: "string", default: "" },
    by: { type: "string", default: "test,source" },
    seeds: { type: "string", default: "120" },
    table: { type: "boolean", default: false }
  })
  const only = values.only.toLowerCase()
  const meant = ({ invariant, name }: { readonly invariant: string; readonly name: string }) =>
    `${invariant} ${name}`.toLowerCase().includes(only)
  const asked = Arguments.names("by", values.by, ["test", "simulation", "kills", "source"])
  const by = asked.filter((way) => way !== "source")
  const chosen = by.length === 0 ? [] : mutants.filter(meant)
  const texts = asked.includes("source") ? sources.filter(meant) : []
  if (chosen.length === 0 && texts.length === 0)
    throw new Arguments.Misunderstood(`--only: no mutant or invariant has "${values.only}" in it`)
  return {
    by,
    chosen,
    seeds: Arguments.whole("seeds", values.seeds, 1),
    table: values.table,
    texts
  }
})

/** Who noticed, and what it said; `brief` for a table. */
interface Verdict {
  /** Undefined: it could not. */
  readonly noticed: boolean | undefined
  readonly brief: string
  readonly lines: ReadonlyArray<string>
}

const first = (text: string | null): string => (text ?? "").split("\n")[0]!.slice(0, 120)

const alone = new Map<Check, string | undefined>()
const byTest = async ({ check, with: options }: Mutant): Promise<Verdict> => {
  if (!alone.has(check)) alone.set(check, await failure(check, {}))
  const without = alone.get(check)
  if (without !== undefined) {
    const lines = [`the check fails without it: ${first(without)}`, `by: ${check.name}`]
    return { noticed: false, brief: "the check fails alone", lines }
  }
  const why = await failure(check, options)
  const lines = [`by: ${check.name}`, ...(why === undefined ? [] : [`saying: ${first(why)}`])]
  return { noticed: why !== undefined, brief: why === undefined ? "no" : check.name, lines }
}

const bySimulation = (mutant: Mutant): Promise<Verdict> => {
  const { with: options } = mutant
  for (let seed = 1; seed <= seeds; seed++) {
    const [violation] = runSeed(seed, options).violations
    if (violation === undefined) continue
    const lines = [`by: seed ${seed}, ${violation.check}`, `saying: ${first(violation.what)}`]
    return Promise.resolve({ noticed: true, brief: `seed ${seed}: ${violation.check}`, lines })
  }
  const lines = [`${seeds} seeds did not notice`]
  return Promise.resolve({ noticed: false, brief: "no", lines })
}

/** Cells of a world that is whole, and what was wrong in them. */
const whole = new Map<string, ReadonlyArray<{ readonly rule: string; readonly what: string }>>()
let ground:
  | Promise<{ readonly world: Build.Built; readonly down: () => Promise<unknown> }>
  | undefined
const byKills = async (mutant: Mutant): Promise<Verdict> => {
  const kill = killOf(mutant)
  if ("no" in kill) {
    const brief = `no: ${kill.no}`
    return { noticed: undefined, brief, lines: [`not by kills: ${brief}`] }
  }
  ground ??= Promise.all([Effect.runPromise(Build.world(true)), setup()]).then(([world, down]) => ({
    world,
    down
  }))
  const { world } = await ground
  const play = (name?: string) =>
    Effect.runPromise(
      Effect.provideService(Break.play(world, kill, name), References.MinimumLogLevel, "Error")
    )
  const often = kill.lives === undefined ? "" : ` x ${kill.lives}`
  const where = `${kill.cell}${often}${kill.queueFirst === true ? ", queued first" : ""}`
  if (!whole.has(where)) whole.set(where, await play())
  const alone = whole.get(where)![0]
  if (alone !== undefined) {
    const lines = [`${where} goes wrong without it: ${alone.rule}: ${first(alone.what)}`]
    return { noticed: false, brief: "the cell goes wrong alone", lines }
  }
  const found = await play(mutant.name)
  const shown = found.find(({ rule }) => rule === kill.rule)
  if (shown === undefined) {
    const others = found.map(({ rule, what }) => `instead: ${rule}: ${first(what)}`)
    return { noticed: false, brief: "no", lines: [`${where}: not ${kill.rule}`, ...others] }
  }
  const lines = [`by: ${where}, ${kill.rule}`, `saying: ${first(shown.what)}`]
  return { noticed: true, brief: `${where}: ${kill.rule}`, lines }
}

/** Tests that ran without a mutant, by file and name. */
const unbroken = new Map<string, Promise<Broken.Ran>>()
const bySource = async (mutant: SourceMutant): Promise<Verdict> => {
  const { test } = mutant
  const key = `${test.file}: ${test.name}`
  const before = await (unbroken.get(key) ?? unbroken.set(key, Broken.run(test)).get(key)!)
  if (before.count === 0 || before.failures.length > 0) {
    const what = before.count === 0 ? "there is no such test" : "the test fails without it"
    return { noticed: false, brief: what, lines: [`${what}: ${key}`] }
  }
  const { failures } = await Broken.run(test, mutant)
  const noticed = failures.length > 0
  const lines = [`by: ${key}`, ...failures.slice(0, 1).map((said) => `saying: ${first(said)}`)]
  return { noticed, brief: noticed ? key : "no", lines }
}

const ways: Readonly<Record<string, (mutant: Mutant) => Promise<Verdict>>> = {
  test: byTest,
  simulation: bySimulation,
  kills: byKills
}

// Nobody reads where an expected error was made.
Error.stackTraceLimit = 0
let survivors = 0
let invariant = ""
const tell = (
  mutant: Pick<Mutant, "invariant" | "name">,
  verdicts: ReadonlyArray<Verdict>,
  took: number
) => {
  survivors += verdicts.filter(({ noticed }) => noticed === false).length
  if (table) {
    console.log(`| ${mutant.name} | ${verdicts.map(({ brief }) => brief).join(" | ")} |`)
    return
  }
  if (mutant.invariant !== invariant) console.log(`\n${(invariant = mutant.invariant)}`)
  const survived = verdicts.some(({ noticed }) => noticed === false)
  const caught = verdicts.some(({ noticed }) => noticed === true)
  const verdict = survived ? "SURVIVED" : caught ? "caught" : "not tried"
  console.log(`  ${verdict.padEnd(11)} ${mutant.name} (${Math.round(took)} ms)`)
  for (const line of verdicts.flatMap(({ lines }) => lines)) console.log(`              ${line}`)
}
const head = (columns: ReadonlyArray<string>) => {
  if (table)
    console.log(`| mutant | ${columns.join(" | ")} |\n|---${"|---".repeat(columns.length)}|`)
}

if (chosen.length > 0) head(by)
for (const mutant of chosen) {
  const verdicts: Array<Verdict> = []
  const began = performance.now()
  for (const way of by) verdicts.push(await ways[way]!(mutant))
  tell(mutant, verdicts, performance.now() - began)
}
if (texts.length > 0) head(["source"])
for (const mutant of texts) {
  const began = performance.now()
  tell(mutant, [await bySource(mutant)], performance.now() - began)
}

const failing = [...alone.values()].filter((why) => why !== undefined).length
console.log(
  `\n${chosen.length + texts.length} mutants: ${survivors} survived; ` +
    `${alone.size} checks, ${failing} fail without a mutant`
)
await (await ground)?.down()
process.exit(survivors > 0 ? 1 : 0)
