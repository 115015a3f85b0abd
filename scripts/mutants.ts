/**
 * `npm run mutants`: breaks the engine on purpose, one invariant after the other, and looks who notices.
 *
 *     npm run mutants                       by the check that is meant for it; each check alone as well
 *     npm run mutants -- --by simulation    by simulated worlds: seeds 1, 2, 3 ... until one goes wrong
 *     npm run mutants -- --by test,simulation --table      both, as a table for docs/guarantees.md
 *     npm run mutants -- --only seq         those whose name or invariant has this in it
 *
 * `--seeds N`: how many worlds each may take (120). Exit 1 if a mutant survives or a check fails alone.
 */
import { parseArgs } from "node:util"
import * as consuming from "../test/mutants/consuming.ts"
import { mutants } from "../test/mutants/index.ts"
import { failure } from "../test/mutants/Mutant.ts"
import type { Check, Mutant } from "../test/mutants/Mutant.ts"
import { runSeed } from "../test/simulation/World.ts"

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    by: { type: "string", default: "test" },
    seeds: { type: "string", default: "120" },
    table: { type: "boolean", default: false }
  }
})
const chosen = mutants.filter(({ invariant, name }) =>
  `${invariant} ${name}`.toLowerCase().includes(values.only.toLowerCase())
)

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
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    const [violation] = runSeed(seed, options).violations
    if (violation === undefined) continue
    const lines = [`by: seed ${seed}, ${violation.check}`, `saying: ${first(violation.what)}`]
    return Promise.resolve({ noticed: true, brief: `seed ${seed}: ${violation.check}`, lines })
  }
  const lines = [`${values.seeds} seeds did not notice`]
  return Promise.resolve({ noticed: false, brief: "no", lines })
}

const ways: ReadonlyMap<string, (mutant: Mutant) => Promise<Verdict>> = new Map([
  ["test", byTest],
  ["simulation", bySimulation]
])
const by = values.by.split(",")
for (const way of by) {
  if (ways.has(way)) continue
  console.error(`--by: "${way}" is none of ${[...ways.keys()].join(", ")}`)
  process.exit(2)
}

// Nobody reads where an expected error was made.
Error.stackTraceLimit = 0
let survivors = 0
let invariant = ""
if (values.table) console.log(`| mutant | ${by.join(" | ")} |\n|---${"|---".repeat(by.length)}|`)
for (const mutant of chosen) {
  const verdicts: Array<Verdict> = []
  const began = performance.now()
  for (const way of by) verdicts.push(await ways.get(way)!(mutant))
  const took = Math.round(performance.now() - began)
  survivors += verdicts.filter(({ noticed }) => noticed === false).length
  if (values.table) {
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
process.exit(survivors > 0 ? 1 : 0)
