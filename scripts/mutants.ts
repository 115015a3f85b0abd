/**
 * `npm run mutants`: breaks the engine on purpose, one invariant after the other, and looks whether
 * the check that is meant for it fails. Each check is tried without a mutant as well.
 *
 *     npm run mutants                     the table; exit 1 if a mutant survives or a check fails alone
 *     npm run mutants -- --only seq       those whose name or invariant has this in it
 */
import { parseArgs } from "node:util"
import { mutants } from "../test/mutants/index.ts"
import { failure } from "../test/mutants/Mutant.ts"
import type { Check } from "../test/mutants/Mutant.ts"

const { values } = parseArgs({ options: { only: { type: "string", default: "" } } })
const chosen = mutants.filter(({ invariant, name }) =>
  `${invariant} ${name}`.toLowerCase().includes(values.only.toLowerCase())
)

const alone = new Map<Check, string | undefined>()
let survivors = 0
let wrong = 0
let invariant = ""
for (const mutant of chosen) {
  const { check } = mutant
  if (!alone.has(check)) alone.set(check, await failure(check, {}))
  const without = alone.get(check)
  const began = performance.now()
  const why = await failure(check, mutant.with)
  const took = Math.round(performance.now() - began)
  if (mutant.invariant !== invariant) console.log(`\n${(invariant = mutant.invariant)}`)
  const verdict = without !== undefined ? "CHECK FAILS" : why === undefined ? "SURVIVED" : "caught"
  if (without !== undefined) wrong++
  else if (why === undefined) survivors++
  console.log(`  ${verdict.padEnd(11)} ${mutant.name} (${took} ms)`)
  console.log(`              by: ${check.name}`)
  if (without !== undefined) console.log(`              without it: ${first(without)}`)
  else if (why !== undefined) console.log(`              saying: ${first(why)}`)
}

console.log(
  `\n${chosen.length} mutants, ${chosen.length - survivors - wrong} caught, ` +
    `${survivors} survived; ${alone.size} checks, ${[...alone.values()].filter((w) => w !== undefined).length} fail without a mutant`
)
process.exit(survivors + wrong > 0 ? 1 : 0)

function first(text: string): string {
  return text.split("\n")[0]!.slice(0, 120)
}
