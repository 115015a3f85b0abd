/** Runs cases: every side in turn, several times over; then medians, spread, and what they come to. */
import { Cause, Effect } from "effect"
import type { Case, Floor, Medians, Sample, Settings, Side, Suite, Target } from "./Case.ts"
import { median } from "./Figures.ts"

/** A figure, by the runs that gave it. */
export interface Result {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly runs: ReadonlyArray<number>
  /** Why it does not count; empty: it does. */
  readonly wrong: ReadonlyArray<string>
}

/** A target, and what was reached. */
export interface Ratio {
  readonly name: string
  readonly value: number
  readonly target: number
  readonly met: boolean
  /** The value is to be no more than the target. */
  readonly atMost: boolean
  /** The lowest and highest value that the runs would give by themselves. */
  readonly spread: readonly [number, number]
  /** Why it says nothing: one of its sides was wrong, or ran far below what it can. */
  readonly void: ReadonlyArray<string>
}

export interface Outcome {
  readonly results: ReadonlyArray<Result>
  readonly ratios: ReadonlyArray<Ratio>
  /** What was found wrong in any run of any side. */
  readonly wrong: ReadonlyArray<string>
}

/** Below this share of what was measured of it elsewhere, something is wrong with a side's run. */
const floorShare = 0.8

interface Kept {
  readonly unit: string
  readonly runs: Array<number>
  readonly wrong: Set<string>
}

/** One run of a side. One that fails is wrong; the others go on. */
const measure = (side: Side) =>
  Effect.scoped(side.measure).pipe(
    Effect.catchCause((cause) => {
      const [first] = Cause.prettyErrors(cause)
      const sample: Sample = {
        figures: [],
        wrong: [String(first?.message ?? cause).slice(0, 2_000)]
      }
      return Cause.hasInterruptsOnly(cause) ? Effect.interrupt : Effect.succeed(sample)
    })
  )

/** What a side can do here: less than there where a slower machine does less of all. */
const expected = ({ beside, value }: Floor, figures: ReadonlyMap<string, Kept>): number => {
  const here = beside && figures.get(beside.figure)
  return here === undefined ? value : value * Math.min(1, median(here.runs) / beside!.value)
}

const judge = (target: Target, figures: ReadonlyMap<string, Kept>): Ratio | undefined => {
  let covered = true
  const asked = new Set<string>()
  const reading = (pick: (runs: ReadonlyArray<number>) => number): Medians => {
    const of = (name: string) => {
      const kept = figures.get(name)
      if (kept === undefined || kept.runs.length === 0) covered = false
      asked.add(name)
      return kept === undefined ? Number.NaN : pick(kept.runs)
    }
    return {
      of,
      best: (names) => {
        const there = names.filter((name) => figures.has(name))
        if (there.length === 0) covered = false
        return Math.max(...there.map(of))
      }
    }
  }
  const value = target.value(reading(median))
  if (!covered) return undefined
  const length = Math.max(...[...asked].map((name) => figures.get(name)!.runs.length))
  const each = Array.from({ length }, (_, i) =>
    target.value(reading((runs) => runs[Math.min(i, runs.length - 1)]!))
  )
  const why = [...asked].flatMap((name) =>
    [...figures.get(name)!.wrong].map((what) => `${name}: ${what}`)
  )
  const atMost = target.atMost ?? false
  const reached = atMost ? value <= target.target : value >= target.target
  return {
    name: target.name,
    value,
    target: target.target,
    met: why.length === 0 && reached,
    atMost,
    spread: [Math.min(...each), Math.max(...each)],
    void: why
  }
}

/** Measures what of these cases belongs to the suite. `chosen` picks among sides. */
export const run = Effect.fnUntraced(function* (
  cases: ReadonlyArray<Case>,
  options: {
    readonly suite: Suite
    readonly runs: number
    readonly settings: Settings
    readonly chosen: (side: string) => boolean
  }
) {
  const { settings, suite } = options
  const figures = new Map<string, Kept>()
  const wrong: Array<string> = []
  const keep = (side: string, { figures: some, wrong: found }: Sample) => {
    for (const { name, unit, value } of some) {
      // Of nothing there is no p99, and JSON has no number for it.
      if (!Number.isFinite(value)) continue
      const kept = figures.get(name) ?? { unit, runs: [], wrong: new Set() }
      kept.runs.push(value)
      for (const what of found) kept.wrong.add(what)
      figures.set(name, kept)
    }
    wrong.push(...found.map((what) => `${side}: ${what}`))
  }
  const one = (each: Case) =>
    Effect.gen(function* () {
      yield* settings.say(`${each.name}: ${each.about}`)
      const sides = (yield* each.open(settings)).filter(
        ({ name, suites }) => suites.includes(suite) && options.chosen(name)
      )
      const runs = each.once === true && suite === "quick" ? 1 : options.runs
      for (let i = 1; i <= runs; i++) {
        for (const side of sides) {
          yield* settings.say(`  ${i}/${runs} ${each.name}, ${side.name}`)
          const sample = yield* measure(side)
          keep(`${each.name}, ${side.name}`, sample)
          for (const what of sample.wrong) yield* settings.say(`  wrong: ${what}`)
        }
      }
      for (const { floor } of sides) {
        const kept = floor && figures.get(floor.figure)
        if (kept === undefined) continue
        const can = expected(floor!, figures)
        if (median(kept.runs) >= floorShare * can) continue
        kept.wrong.add(`below ${floorShare} of the ${Math.round(can)} that it can do`)
      }
    }).pipe(
      Effect.scoped,
      Effect.catchCause((cause) => {
        if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
        wrong.push(`${each.name}: ${Cause.pretty(cause).slice(0, 2_000)}`)
        return settings.say(`  wrong: ${wrong.at(-1)}`)
      })
    )
  for (const each of cases.filter(({ suites }) => suites.includes(suite))) yield* one(each)

  const results: ReadonlyArray<Result> = [...figures].map(([name, { runs, unit, wrong }]) => ({
    name,
    value: median(runs),
    unit,
    runs,
    wrong: [...wrong]
  }))
  const ratios = cases.flatMap(({ targets }) =>
    targets.flatMap((target) => judge(target, figures) ?? [])
  )
  return { results, ratios, wrong } satisfies Outcome
})
