/**
 * `npm run mutants`: breaks the engine on purpose, one invariant after the other, and looks who notices.
 *
 *     npm run mutants                       by the check that is meant for it; each check alone as well
 *     npm run mutants -- --by simulation    by simulated worlds: seeds 1, 2, 3 ... until one goes wrong
 *     npm run mutants -- --by kills         by a process that is killed, on PostgreSQL (kill-matrix)
 *     npm run mutants -- --by test,simulation,kills --table     all, as the table of docs/guarantees.md
 *     npm run mutants -- --only seq         those whose name or invariant has this in it
 *
 * `--seeds N`: how many worlds each may take (120). Exit 1 if a mutant survives or a check fails alone.
 */
import setup from "@wr2/testkit/globalSetup"
import { Effect, References } from "effect"
import * as consuming from "../test/mutants/consuming.ts"
import { mutants } from "../test/mutants/index.ts"
import { killOf } from "../test/mutants/kills.ts"
import { failure } from "../test/mutants/Mutant.ts"
import type { Check, Mutant } from "../test/mutants/Mutant.ts"
import { runSeed } from "../test/simulation/World.ts"
import * as Arguments from "./kill-matrix/Arguments.ts"
import * as Break from "./kill-matrix/Break.ts"
import * as Build from "./kill-matrix/Build.ts"

const { by, chosen, seeds, table } = Arguments.understood(() => {
  const values = Arguments.options({
    only: { type: "string", default: "" },
    by: { type: "string", default: "test" },
    seeds: { type: "string", default: "120" },
    table: { type: "boolean", default: false }
  })
  const only = values.only.toLowerCase()
  const chosen = mutants.filter(({ invariant, name }) =>
    `${invariant} ${name}`.toLowerCase().includes(only)
  )
  if (chosen.length === 0)
    throw new Arguments.Misunderstood(`--only: no mutant or invariant has "${values.only}" in it`)
  return {
    by: Arguments.names("by", values.by, ["test", "simulation", "kills"]),
    chosen,
    seeds: Arguments.whole("seeds", values.seeds, 1),
    table: values.table
  }
})

/** Who noticed, and what it said; `brief` for a table. */
interface Verdict {
  /** Undefined: it could not. */
  readonly noticed: boolean | undefined
  readonly brief: string
  readonly lines: ReadonlyArray<string>
}

const first = (text: string): string => text.split("\n")[0]!.slice(0, 120)

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
  if (consuming.mutants.includes(mutant)) {
    const brief = "no: there are no consumers in it"
    return Promise.resolve({ noticed: undefined, brief, lines: [`not by simulation: ${brief}`] })
  }
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
  const where = `${kill.cell}${kill.lives === undefined ? "" : ` x ${kill.lives}`}`
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

const ways: Readonly<Record<string, (mutant: Mutant) => Promise<Verdict>>> = {
  test: byTest,
  simulation: bySimulation,
  kills: byKills
}

// Nobody reads where an expected error was made.
Error.stackTraceLimit = 0
let survivors = 0
let invariant = ""
if (table) console.log(`| mutant | ${by.join(" | ")} |\n|---${"|---".repeat(by.length)}|`)
for (const mutant of chosen) {
  const verdicts: Array<Verdict> = []
  const began = performance.now()
  for (const way of by) verdicts.push(await ways[way]!(mutant))
  const took = Math.round(performance.now() - began)
  survivors += verdicts.filter(({ noticed }) => noticed === false).length
  if (table) {
    const cells = verdicts.map(({ brief }) => brief).join(" | ")
    console.log(`| ${mutant.name} | ${cells} |`)
    continue
  }
  if (mutant.invariant !== invariant) console.log(`\n${(invariant = mutant.invariant)}`)
  const survived = verdicts.some(({ noticed }) => noticed === false)
  const caught = verdicts.some(({ noticed }) => noticed === true)
  const verdict = survived ? "SURVIVED" : caught ? "caught" : "not tried"
  console.log(`  ${verdict.padEnd(11)} ${mutant.name} (${took} ms)`)
  for (const line of verdicts.flatMap(({ lines }) => lines)) console.log(`              ${line}`)
}

const failing = [...alone.values()].filter((why) => why !== undefined).length
console.log(
  `\n${chosen.length} mutants, by ${by.join(" and ")}: ${survivors} survived; ` +
    `${alone.size} checks, ${failing} fail without a mutant`
)
await (await ground)?.down()
process.exit(survivors > 0 ? 1 : 0)
