/** The matrix: rehearsed, played cell by cell in several lanes, and told. */
import { Cause, Effect, Exit, Scope } from "effect"
import type { Violation } from "../chaos/History.ts"
import * as Cell from "./Cell.ts"
import * as Lane from "./Lane.ts"
import * as Plan from "./Plan.ts"
import { scenarios } from "./Scenarios.ts"
import type { Scenario } from "./Scenario.ts"

/** What came of a cell. */
export interface Played {
  /** False: it never came to that place, however often it was tried. */
  readonly killed: boolean
  readonly violations: ReadonlyArray<Violation>
  readonly millis: number
}

/** What went wrong without a kill, and in which scenario. */
interface Upset extends Violation {
  readonly scenario: string
}

/** All that is known. */
export interface Matrix {
  /** The build that it is known of. */
  build: string
  rehearsals: Record<string, Plan.Rehearsed>
  /** Which functions made the statement of a name. */
  makers: Record<string, ReadonlyArray<string>>
  /** Methods that are failpoints, passed or not. */
  methods: ReadonlyArray<string>
  upset: Array<Upset>
  readonly cells: Record<string, Played>
}

/** Nothing yet. */
export const empty = (build = ""): Matrix => ({
  build,
  rehearsals: {},
  makers: {},
  methods: [],
  upset: [],
  cells: {}
})

const unplayable = "can be played"

/**
 * One that was kept, to go on with: what could not be played, and what went wrong without a kill, is
 * tried again. Nothing is known of another build than the one it is of.
 */
export const again = (kept: Matrix, build: string): Matrix => {
  if (kept.build !== build) return empty(build)
  const upset = new Set(kept.upset.map(({ scenario }) => scenario))
  const only = <A>(all: Readonly<Record<string, A>>, which: (name: string, one: A) => boolean) =>
    Object.fromEntries(Object.entries(all).filter(([name, one]) => which(name, one)))
  return {
    ...empty(build),
    ...kept,
    upset: [],
    rehearsals: only(kept.rehearsals, (name) => !upset.has(name)),
    cells: only(
      kept.cells,
      (_, { violations }) => !violations.some(({ rule }) => rule === unplayable)
    )
  }
}

export interface Options extends Lane.Options {
  readonly lanes?: number
  readonly told?: (line: string) => void
  /** Called after each step: whoever keeps a file writes it. */
  readonly keep?: (matrix: Matrix) => void
}

/** So many worlds beside each other: a cell waits more than it works. With twelve, two cores are too slow for some. */
export const lanes = 6
/** How often a cell is tried in which the place is not met. */
const triesMax = 3
/** So many in a row that cannot be played, and there is no point in going on. */
const brokenMax = 6

/** Does all of it, each in whichever lane is free. A lane in which something broke is left for a new one. */
const each = <A>(
  all: ReadonlyArray<A>,
  { lanes: many = lanes, told = () => {}, ...options }: Options,
  play: (lane: Lane.Lane, one: A) => Effect.Effect<void, unknown>,
  broke: (one: A, why: string) => void
) => {
  let next = 0
  let broken = 0
  const worker = Effect.gen(function* () {
    while (next < all.length) {
      const scope = yield* Scope.make()
      const ended = yield* Effect.exit(
        Effect.gen(function* () {
          const lane = yield* Lane.make(options)
          while (next < all.length) {
            const one = all[next++]!
            const exit = yield* Effect.exit(play(lane, one))
            if (Exit.isSuccess(exit)) {
              broken = 0
              continue
            }
            broke(one, `${Cause.pretty(exit.cause)}\n${lane.output().slice(-1_000)}`)
            if (++broken >= brokenMax) return yield* exit
            return
          }
        }).pipe(Scope.provide(scope))
      )
      yield* Scope.close(scope, Exit.void)
      if (Exit.isFailure(ended)) {
        told(`nothing can be played: ${Cause.pretty(ended.cause)}`)
        return yield* ended
      }
    }
  })
  return Effect.forEach(Array.from({ length: lanes }), () => worker, {
    concurrency: "unbounded",
    discard: true
  })
}

/**
 * Plays every scenario without a kill, twice: what both passed are the cells. `turns: 1` is enough for a
 * cover, which looks for another cell where a place is not met again.
 */
export const rehearse = Effect.fnUntraced(function* (
  matrix: Matrix,
  chosen: ReadonlyArray<Scenario>,
  options: Options & { readonly turns?: number }
) {
  const { keep, told = () => {}, turns = 2 } = options
  const left = chosen.filter(({ name }) => matrix.rehearsals[name] === undefined)
  const upset = ({ name }: Scenario, violation: Violation) =>
    void matrix.upset.push({ ...violation, scenario: name })
  yield* each(
    left,
    options,
    (lane, scenario) =>
      Effect.gen(function* () {
        const passed: Array<ReadonlyArray<readonly [string, number]>> = []
        for (let turn = 0; turn < turns; turn++) {
          const outcome = yield* Cell.run(lane, scenario, undefined)
          for (const violation of outcome.violations) upset(scenario, violation)
          passed.push(outcome.passed!.failpoints)
          Object.assign(matrix.makers, Object.fromEntries(outcome.passed!.makers))
          matrix.methods = [...new Set([...matrix.methods, ...outcome.passed!.methods])]
        }
        const both = Plan.common(passed)
        matrix.rehearsals[scenario.name] = both
        told(`rehearsed ${scenario.name}: ${Object.keys(both).length} failpoints`)
        keep?.(matrix)
      }),
    (scenario, why) => upset(scenario, { rule: unplayable, what: why })
  )
})

/** Plays cells that have not been played yet. */
export const play = Effect.fnUntraced(function* (
  matrix: Matrix,
  cells: ReadonlyArray<Plan.Cell>,
  options: Options & { readonly until?: () => boolean; readonly tries?: number }
) {
  const { keep, told = () => {}, tries = triesMax, until = () => false } = options
  const byName = new Map(scenarios.map((scenario) => [scenario.name, scenario]))
  const left = cells.filter((cell) => matrix.cells[Plan.idOf(cell)] === undefined)
  let done = 0
  const began = performance.now()
  const note = (cell: Plan.Cell, played: Played) => {
    matrix.cells[Plan.idOf(cell)] = played
    done++
    keep?.(matrix)
    const wrong = played.violations.map(({ rule, what }) => `\n    ${rule}: ${what}`).join("")
    const verdict = played.violations.length > 0 ? "VIOLATED" : played.killed ? "" : "not met"
    const pace = (performance.now() - began) / done
    if (verdict !== "" || done % 50 === 0 || done === left.length) {
      const more = Math.round((pace * (left.length - done)) / 1_000)
      told(`${done}/${left.length}, ${more} s more: ${Plan.idOf(cell)} ${verdict}${wrong}`)
    }
  }
  yield* each(
    left,
    options,
    (lane, cell) =>
      Effect.gen(function* () {
        if (until()) return
        const scenario = byName.get(cell.scenario)
        if (scenario === undefined) return
        for (let n = 1; ; n++) {
          const outcome = yield* Cell.run(lane, scenario, cell)
          if (!outcome.killed && n < tries && outcome.violations.length === 0) continue
          const { killed, millis, violations } = outcome
          return note(cell, { killed, millis, violations })
        }
      }),
    (cell, why) =>
      note(cell, { killed: false, millis: 0, violations: [{ rule: unplayable, what: why }] })
  )
})

/** How often a cover looks for another cell, when a place is not met in the one that was chosen. */
const rounds = 4

/** Its process is armed from its first moment: what is passed only then, or a second later, is met for sure. */
const born = scenarios.find(({ begins }) => begins === "killed")!.name

/**
 * A cover: every failpoint and every scenario killed once, and another cell for those that were not met.
 * Answers all cells that there are.
 */
export const cover = Effect.fnUntraced(function* (
  matrix: Matrix,
  seed: number,
  options: Parameters<typeof play>[2]
) {
  const { rehearsals } = matrix
  const all = Plan.inTurn(rehearsals, seed)
  let next = Plan.cover(rehearsals, seed)
  for (let round = 0; round < rounds && next.length > 0; round++) {
    // At first another cell is sooner had than the same one again.
    yield* play(matrix, next, { ...options, tries: round < rounds - 1 ? 1 : triesMax })
    const { failpoints, scenarios } = unmet(matrix, all)
    // Those that were not tried yet come first; where all were, one of them has another try.
    const had = (cell: Plan.Cell) => matrix.cells[Plan.idOf(cell)]
    const left = all
      .filter((cell) => (had(cell)?.violations.length ?? 0) === 0)
      .sort((a, b) => Number(had(a) !== undefined) - Number(had(b) !== undefined))
    const other = (each: string) => left.find(({ failpoint }) => failpoint === each) ?? []
    next = [
      ...[...failpoints].flatMap((failpoint) =>
        round < rounds - 2 ? other(failpoint) : [{ failpoint, scenario: born, nth: 1 }]
      ),
      ...[...scenarios].flatMap((each) => left.find(({ scenario }) => scenario === each) ?? [])
    ]
    for (const cell of next) delete matrix.cells[Plan.idOf(cell)]
  }
  return all
})

/** Failpoints and scenarios of these cells in which nothing was ever killed. */
export const unmet = (
  { cells }: Matrix,
  wanted: ReadonlyArray<Plan.Cell>
): { readonly failpoints: ReadonlySet<string>; readonly scenarios: ReadonlySet<string> } => {
  const failpoints = new Set(wanted.map(({ failpoint }) => failpoint))
  const scenarios = new Set(wanted.map(({ scenario }) => scenario))
  for (const [id, { killed }] of Object.entries(cells)) {
    const cell = Plan.parse(id)
    if (!killed || cell === undefined) continue
    failpoints.delete(cell.failpoint)
    scenarios.delete(cell.scenario)
  }
  return { failpoints, scenarios }
}

/**
 * What is wrong, one line each. That a place is not met in a scenario again is none (what others do beside
 * it comes and goes); that it never was, in any, is.
 */
export const wrong = (matrix: Matrix, wanted: ReadonlyArray<Plan.Cell>): ReadonlyArray<string> => {
  const { failpoints, scenarios } = unmet(matrix, wanted)
  return [
    ...matrix.upset.map(
      ({ rule, scenario, what }) => `without a kill: ${scenario}: ${rule}: ${what}`
    ),
    ...Object.entries(matrix.cells).flatMap(([id, { violations }]) =>
      violations.map(({ rule, what }) => `${id}: ${rule}: ${what}`)
    ),
    ...[...failpoints].map((failpoint) => `${failpoint}: nothing was killed there`),
    ...[...scenarios].map((scenario) => `${scenario}: nothing was killed in it`)
  ]
}

/** The matrix as text: a line for each failpoint, a column for each scenario. */
export const text = (matrix: Matrix): string => {
  const columns = Object.keys(matrix.rehearsals).sort()
  const rows = Plan.failpoints(matrix.rehearsals)
  const width = Math.max(...rows.map((row) => row.length), 0)
  const head = Math.max(...columns.map((column) => column.length), 0)
  const count = { played: 0, killed: 0, none: 0, left: 0, wrong: 0 }
  const mark = (failpoint: string, scenario: string): string => {
    const times = matrix.rehearsals[scenario]![failpoint]
    if (times === undefined) {
      count.none++
      return " "
    }
    const all = [...new Set([1, times])].map(
      (nth) => matrix.cells[Plan.idOf({ failpoint, scenario, nth })]
    )
    for (const one of all) {
      if (one === undefined) count.left++
      else count.played++
      if (one?.killed === true) count.killed++
      if ((one?.violations.length ?? 0) > 0) count.wrong++
    }
    if (all.some((one) => (one?.violations.length ?? 0) > 0)) return "X"
    if (all[0] === undefined) return "-"
    return all[0].killed ? "." : "?"
  }
  const lines = rows.map(
    (row) => `${row.padEnd(width)} ${columns.map((column) => mark(row, column)).join("")}`
  )
  const heads = Array.from(
    { length: head },
    (_, i) => `${"".padEnd(width)} ${columns.map((column) => column.padStart(head)[i]!).join("")}`
  )
  return [
    ...heads,
    ...lines,
    "",
    ". killed and all well   X violated   ? not met   - not played   blank: cannot happen (n/a)",
    `${rows.length} failpoints x ${columns.length} scenarios: ${count.played} cells played, ` +
      `${count.killed} kills, ${count.wrong} violated, ${count.left} left, ${count.none} n/a`
  ].join("\n")
}
