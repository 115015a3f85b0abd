/**
 * `npm run kill-matrix`: a process killed before and after every statement and every hand-over, while
 * each type of Action is in the work; begun again on the same PostgreSQL, and judged (docs/guarantees.md).
 *
 *     npm run kill-matrix                            all of it; interrupted, it goes on where it was
 *     npm run kill-matrix -- --cover --seed 7        every failpoint and every type once
 *     npm run kill-matrix -- --cell "before Publisher.publish/Say" --times 5
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import setup from "@wr2/testkit/globalSetup"
import * as Harness from "@wr2/testkit/Harness"
import { Effect, Fiber, References } from "effect"
import { mutants } from "../test/mutants/index.ts"
import * as Arguments from "./kill-matrix/Arguments.ts"
import * as Build from "./kill-matrix/Build.ts"
import * as Matrix from "./kill-matrix/Matrix.ts"
import * as Plan from "./kill-matrix/Plan.ts"
import { scenarios } from "./kill-matrix/Scenarios.ts"

const values = Arguments.understood(() =>
  Arguments.options({
    state: { type: "string", default: join(Harness.root, ".wr2", "kill-matrix") },
    fresh: { type: "boolean", default: false },
    json: { type: "string" },
    cover: { type: "boolean", default: false },
    seconds: { type: "string" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    cell: { type: "string", multiple: true },
    times: { type: "string", default: "1" },
    only: { type: "string" },
    lanes: { type: "string", default: String(Matrix.lanes) },
    mutant: { type: "string" },
    "queue-first": { type: "boolean", default: false },
    help: { type: "boolean", default: false }
  })
)
const known = scenarios.map(({ name }) => name)
const broken = mutants.map(({ name }) => name)
if (values.help) {
  console.log(
    `npm run kill-matrix -- [--state DIR] [--fresh] [--json FILE] [--lanes ${Matrix.lanes}] [--only Say,Move]
  --cover          every failpoint and every scenario once, which with which by --seed N
  --seconds S      no cell is begun after so long
  --cell ID        "failpoint/Scenario" or "failpoint/Scenario#2": this one; may be given again
  --times N        each --cell so many times
  --mutant NAME    with a mutant of test/mutants swapped in (nothing is kept)
  --queue-first    every Action accepted in a transaction of its own first
scenarios: ${known.join(", ")}`
  )
  process.exit(0)
}
const { given, lanes, only, seconds, seed, times } = Arguments.understood(() => ({
  seed: Arguments.whole("seed", values.seed),
  lanes: Arguments.whole("lanes", values.lanes, 1),
  times: Arguments.whole("times", values.times, 1),
  seconds: values.seconds === undefined ? undefined : Arguments.whole("seconds", values.seconds),
  only: values.only === undefined ? known : Arguments.names("only", values.only, known),
  given: values.cell?.map((id) => {
    const cell = Plan.parse(id)
    if (cell !== undefined && known.includes(cell.scenario)) return cell
    throw new Arguments.Misunderstood(`--cell: "${id}" is no failpoint/Scenario`)
  }),
  mutant: Arguments.beginning("mutant", values.mutant ?? "", broken)
}))
const chosen = scenarios.filter(({ name }) => only.includes(name))

/** A whole matrix is kept from run to run; what is tried out is not. */
const isKept = given === undefined && !values.cover && values.mutant === undefined
const folder = values["queue-first"] ? `${values.state}-queue-first` : values.state
const file = join(folder, "progress.json")
const load = (build: string): Matrix.Matrix => {
  if (!isKept || values.fresh || !existsSync(file)) return Matrix.empty(build)
  try {
    const kept = JSON.parse(readFileSync(file, "utf8")) as Matrix.Matrix
    const matrix = Matrix.again(kept, build)
    const [rehearsals, cells] = [kept.rehearsals, kept.cells].map((all) => Object.keys(all).length)
    if (kept.build !== build)
      told(`${rehearsals} rehearsals and ${cells} cells of another build are let go of`)
    return matrix
  } catch {
    told(`${file} cannot be read: it is begun anew`)
    return Matrix.empty(build)
  }
}
let kept = 0
let stopped = false
const keep = (matrix: Matrix.Matrix, now = false): void => {
  if (!isKept || stopped || (!now && performance.now() - kept < 2_000)) return
  kept = performance.now()
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${file}.new`, JSON.stringify(matrix))
  renameSync(`${file}.new`, file)
}

const began = performance.now()
const told = (line: string): void =>
  console.error(`${((performance.now() - began) / 1_000).toFixed(0).padStart(5)} s  ${line}`)
const until = (): boolean => seconds !== undefined && performance.now() - began > seconds * 1_000
const world = await Effect.runPromise(Build.world(values.mutant !== undefined))
const options: Matrix.Options = {
  world,
  lanes,
  told,
  keep,
  queueFirst: values["queue-first"],
  ...(values.mutant === undefined ? {} : { mutant: values.mutant })
}

const down = await setup()
const matrix = load(world.hash)
let wanted: ReadonlyArray<Plan.Cell> = given ?? []
told(`seed ${seed}${isKept ? `, kept in ${folder}` : ""}`)
let running: Fiber.Fiber<void, unknown> | undefined
/** Stopped in the middle: what is done is kept, and nothing that comes of stopping. */
const stop = async (): Promise<never> => {
  keep(matrix, true)
  stopped = true
  if (running !== undefined) await Effect.runPromise(Fiber.interrupt(running))
  await down()
  if (isKept) told("stopped: the same command goes on from here")
  process.exit(130)
}
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop())
try {
  running = Effect.runFork(
    Effect.gen(function* () {
      if (given !== undefined) {
        for (let n = 0; n < times; n++) {
          const one = Matrix.empty()
          yield* Matrix.play(one, given, options)
          for (const [id, played] of Object.entries(one.cells)) {
            matrix.cells[`${id}${n === 0 ? "" : ` (again ${n})`}`] = played
            console.log(`${id}: ${JSON.stringify(played, null, 2)}`)
          }
        }
        return
      }
      yield* Matrix.rehearse(matrix, chosen, options)
      const rehearsed: Matrix.Matrix = {
        ...matrix,
        rehearsals: Object.fromEntries(
          Object.entries(matrix.rehearsals).filter(([name]) => only.includes(name))
        )
      }
      wanted = Plan.cells(rehearsed.rehearsals)
      if (values.cover) yield* Matrix.cover(rehearsed, seed, { ...options, until })
      else
        yield* Matrix.play(matrix, Plan.inTurn(rehearsed.rehearsals, seed), { ...options, until })
    }).pipe(Effect.provideService(References.MinimumLogLevel, "Error"))
  )
  await Effect.runPromise(Fiber.join(running))
} finally {
  // Who stops it puts everything away, and ends the process.
  if (stopped) await new Promise<never>(() => {})
  keep(matrix, true)
  await down()
}
const wrong = Matrix.wrong(matrix, seconds === undefined || values.cover ? wanted : [])
if (given === undefined) console.log(Matrix.text(matrix))
for (const line of wrong) console.log(line)
console.log(`${wrong.length} failures, seed ${seed}`)
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify({ seed, ...matrix, wrong }, null, 2)}\n`)
}
process.exit(wrong.length === 0 ? 0 : 1)
