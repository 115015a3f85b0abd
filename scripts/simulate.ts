/**
 * `npm run simulate`: worlds of the whole engine on in-memory adapters, in virtual time, with faults,
 * each from one seed (test/simulation). A seed gives the same world each time, turn by turn.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads"
import { mutants } from "../test/mutants/index.ts"
import type { With } from "../test/mutants/Mutant.ts"
import * as Asked from "../test/simulation/Asked.ts"
import { commandsOf, ofSeed } from "../test/simulation/Schedule.ts"
import type { Schedule } from "../test/simulation/Schedule.ts"
import { shrink } from "../test/simulation/Shrink.ts"
import { run, runSeed } from "../test/simulation/World.ts"
import type { Report } from "../test/simulation/World.ts"

const help = `npm run simulate -- [options]

  --seed N        the first seed (1)
  --seeds M       how many (1)
  --fresh K       K seeds that nobody has tried, printed
  --workers W     threads (${availableParallelism()})
  --story         print all that happens
  --shrink K      look for the shortest failing stretch of the first K seeds that fail (1)
  --schedule FILE run the schedule in a file: a stretch that was found before
  --mutant NAME   with the first deliberate break whose name has this in it (npm run mutants)
  --quiet         print failing seeds and every hundredth only

A line for each seed: Commands answered, faults that came to pass. A seed with fewer than 200 Commands or
3 faults fails. The last line says how many ran and how many violations there were; exit 1 on any, 2 when
an option is not understood.
Not simulated: workers of consumers, the gateway (sessions over sockets, resuming), Postgres, the cluster; see npm run chaos.`

const cannot = (why: string): never => {
  console.error(`npm run simulate: ${why} (--help)`)
  process.exit(2)
}

const read = Asked.read(process.argv.slice(2), availableParallelism())
const values = typeof read === "string" ? cannot(read) : read

const broken = (name: string | undefined): With => {
  if (name === undefined) return {}
  const found = mutants.find((mutant) => mutant.name.includes(name))
  return found === undefined ? cannot(`--mutant: no mutant's name has "${name}" in it`) : found.with
}

/** A stretch that was kept in a file. */
const kept = (file: string): Schedule => {
  try {
    return JSON.parse(readFileSync(file, "utf8"))
  } catch (error) {
    return cannot(`--schedule: ${(error as Error).message}`)
  }
}

/** What a worker tells of a seed. */
type Told = Omit<Report, "story"> & { readonly seed: number }

const tell = (seed: number, { story: _, ...report }: Report): Told => ({ seed, ...report })

/** Runs seeds on all threads; `each` is called in the order in which they end. */
const runAll = (seeds: ReadonlyArray<number>, each: (told: Told) => void): Promise<void> => {
  const left = seeds.values()
  const workers = Math.min(values.workers, seeds.length)
  if (workers === 1) {
    for (const seed of left) each(tell(seed, runSeed(seed, broken(values.mutant))))
    return Promise.resolve()
  }
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: values.mutant })
      const next = () => {
        const { done, value } = left.next()
        if (done === true) void worker.terminate().then(() => resolve())
        else worker.postMessage(value, [])
      }
      worker.on("message", (told: Told) => {
        each(told)
        next()
      })
      worker.on("error", reject)
      next()
    })
  return Promise.all(Array.from({ length: workers }, one)).then(() => undefined)
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((a, b) => a + b, 0)

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, times]) => `${times} ${what}`)
    .join(", ")

const printViolations = ({ violations }: Pick<Report, "violations">): void => {
  for (const { check, what } of violations.slice(0, 10)) console.log(`     ${check}: ${what}`)
}

/** Finds, keeps and prints the shortest failing stretch of a schedule. */
const printStretch = (name: string, schedule: Schedule): void => {
  const options = broken(values.mutant)
  const found = shrink(schedule, (smaller) => run(smaller, options))
  if (found === undefined) return
  const { faults, instances } = found.schedule
  const players = new Set(found.schedule.doings.map(({ player }) => player)).size
  const file = `.wr2/simulate/${name}.json`
  mkdirSync(".wr2/simulate", { recursive: true })
  writeFileSync(file, `${JSON.stringify(found.schedule, undefined, 2)}\n`)
  console.log(
    `\nThe shortest failing stretch of ${name}, after ${found.tries} tries: ${commandsOf(found.schedule)} Commands, ` +
      `${faults.length} faults, ${players} players, ${instances} instances`
  )
  for (const doing of found.schedule.doings) console.log(`  ${JSON.stringify(doing)}`)
  for (const fault of faults) console.log(`  ${JSON.stringify(fault)}`)
  console.log(`\n${found.report.story.join("\n")}\n`)
  const mutant = values.mutant === undefined ? "" : ` --mutant ${JSON.stringify(values.mutant)}`
  console.log(`Again: npm run simulate -- --schedule ${file}${mutant}\n`)
}

const main = async (): Promise<boolean> => {
  if (values.schedule !== undefined) {
    const report = run(kept(values.schedule), broken(values.mutant))
    console.log(report.story.join("\n"))
    printViolations(report)
    console.log(`1 schedule (${report.hash}), ${report.violations.length} violations`)
    return report.violations.length === 0
  }
  // Before any of it runs.
  broken(values.mutant)
  const fixed = Array.from({ length: values.seeds }, (_, i) => values.seed + i)
  const fresh = Array.from({ length: values.fresh }, () =>
    Math.floor(Math.random() * 1_000_000_000)
  )
  const seeds = values.fresh > 0 ? fresh : fixed
  if (values.story) {
    for (const seed of seeds) console.log(runSeed(seed, broken(values.mutant)).story.join("\n"))
  }
  const failed: Array<number> = []
  const kinds: Record<string, number> = {}
  const began = performance.now()
  let [done, commands, violations] = [0, 0, 0]
  await runAll(seeds, (told) => {
    const bad = told.violations.length > 0
    if (bad) failed.push(told.seed)
    done++
    commands += told.commands
    violations += told.violations.length
    for (const [kind, times] of Object.entries(told.faults))
      kinds[kind] = (kinds[kind] ?? 0) + times
    if (!values.quiet || bad || done % 100 === 0) {
      console.log(
        `${bad ? "FAIL" : "ok  "} seed ${told.seed}: ${told.commands} Commands, ${sum(told.faults)} faults, ` +
          `${told.counts["virtual seconds"]} virtual seconds, ${told.hash.slice(0, 8)}`
      )
    }
    printViolations(told)
  })
  const seconds = (performance.now() - began) / 1_000
  console.log(`\nfaults: ${listed(kinds)}`)
  for (const seed of failed.slice(0, values.shrink)) printStretch(`seed-${seed}`, ofSeed(seed))
  if (failed.length > 0) console.log(`failed: ${failed.join(" ")}`)
  const rate = Math.round((seeds.length * 60) / seconds)
  console.log(
    `${seeds.length} seeds, ${commands} Commands, ${sum(kinds)} faults in ${Math.round(seconds)} s (${rate} a minute): ` +
      `${violations} violations`
  )
  return violations === 0
}

// Nobody reads where an expected error was made; that would be a tenth of the time.
Error.stackTraceLimit = 0
if (!isMainThread) {
  const options = broken(workerData as string | undefined)
  parentPort!.on("message", (seed: number) =>
    parentPort!.postMessage(tell(seed, runSeed(seed, options)), [])
  )
} else if (values.help) console.log(help)
else process.exitCode = (await main()) ? 0 : 1
