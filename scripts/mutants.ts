/**
 * `npm run mutants`: breaks the engine on purpose, one way at a time, and shows which check sees it.
 * Ends with 1 when a mutant survives, or when the engine as it is fails a check.
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, References } from "effect"
import * as checks from "../test/mutants/checks.ts"
import { mutants } from "../test/mutants/mutants.ts"
import { found } from "../test/mutants/run.ts"

const program = Effect.gen(function* () {
  let wrong = 0
  for (const check of Object.keys(checks) as Array<keyof typeof checks>) {
    const problem = yield* found(check, {})
    if (problem === undefined) continue
    wrong++
    yield* Console.log(`BROKEN    ${check}: the engine as it is fails: ${problem}`)
  }
  for (const { check, engine, invariant, name } of mutants) {
    const problem = yield* found(check, engine)
    if (problem === undefined) wrong++
    const verdict = problem === undefined ? "SURVIVES" : "caught"
    yield* Console.log(
      `${verdict.padEnd(9)} ${String(invariant).padStart(2)}  ${name.padEnd(60)} ${check}`
    )
  }
  yield* Console.log(`\n${mutants.length} mutants, ${wrong} not as they should be`)
  if (wrong > 0) process.exitCode = 1
}).pipe(Effect.provideService(References.MinimumLogLevel, "None"))

NodeRuntime.runMain(program)
