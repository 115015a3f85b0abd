/**
 * More worlds than the tests run: `node test/simulation/run.ts --seed 1 --seeds 100`.
 *
 * Prints one line a seed, and what is wrong; exit 1 if anything is. A seed gives the same world each
 * time: `--seed N` alone replays one, `--verbose` with the log of its engines.
 */
import { parseArgs } from "node:util"
import { Effect, Layer, Logger } from "effect"
import { TestClock } from "effect/testing"
import { simulate } from "./Simulation.ts"

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    seeds: { type: "string", default: "1" },
    players: { type: "string", default: "6" },
    instances: { type: "string", default: "3" },
    commands: { type: "string", default: "30" },
    misfortune: { type: "string", default: "6" },
    verbose: { type: "boolean", default: false }
  }
})
const first = Number(values.seed)
let failed = 0
for (let seed = first; seed < first + Number(values.seeds); seed++) {
  const began = performance.now()
  const world = simulate({
    seed,
    players: Number(values.players),
    instances: Number(values.instances),
    commands: Number(values.commands),
    misfortune: Number(values.misfortune)
  })
  const quiet = values.verbose ? Layer.empty : Logger.layer([])
  const { counts, wrong } = await Effect.runPromise(
    Effect.scoped(Effect.provide(world, Layer.merge(TestClock.layer(), quiet)))
  )
  const took = Math.round(performance.now() - began)
  const what = Object.entries(counts)
    .map(([name, times]) => `${times} ${name}`)
    .join(", ")
  console.log(`${wrong.length === 0 ? "ok  " : "FAIL"} seed ${seed}, ${took} ms: ${what}`)
  for (const line of wrong.slice(0, 20)) console.log(`     ${line}`)
  if (wrong.length > 0) failed++
}
process.exit(failed > 0 ? 1 : 0)
