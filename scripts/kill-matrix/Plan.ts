/** Which cells there are, by what rehearsals passed; and which of them make a cover. Pure. */
import { Dice } from "@wr2/core"

/** What two rehearsals of a scenario have both passed, and how often at least. */
export type Rehearsed = Readonly<Record<string, number>>

/** By scenario. */
export type Rehearsals = Readonly<Record<string, Rehearsed>>

export interface Cell {
  readonly scenario: string
  readonly failpoint: string
  readonly nth: number
}

/** `before Publisher.publish/Say`, or `.../Say#2`: the second time. */
export const idOf = ({ failpoint, nth, scenario }: Cell): string =>
  `${failpoint}/${scenario}${nth === 1 ? "" : `#${nth}`}`

/** A cell by its name. */
export const parse = (id: string): Cell | undefined => {
  const found = /^(.+)\/([^/#]+)(?:#(\d+))?$/.exec(id)
  return found === null
    ? undefined
    : { failpoint: found[1]!, scenario: found[2]!, nth: Number(found[3] ?? 1) }
}

/** What is sure to be passed again: as often as in the rehearsal that passed it least. */
export const common = (all: ReadonlyArray<ReadonlyArray<readonly [string, number]>>): Rehearsed => {
  const [first = [], ...others] = all.map((one) => new Map(one))
  return Object.fromEntries(
    [...first].flatMap(([failpoint, count]) => {
      const least = Math.min(count, ...others.map((other) => other.get(failpoint) ?? 0))
      return least === 0 ? [] : [[failpoint, least]]
    })
  )
}

/** Every failpoint that any scenario passes. */
export const failpoints = (rehearsals: Rehearsals): ReadonlyArray<string> =>
  [...new Set(Object.values(rehearsals).flatMap((passed) => Object.keys(passed)))].sort()

/** All cells: the first time that a failpoint is passed, and the last. */
export const cells = (rehearsals: Rehearsals): ReadonlyArray<Cell> =>
  Object.entries(rehearsals).flatMap(([scenario, passed]) =>
    Object.entries(passed).flatMap(([failpoint, count]) =>
      [...new Set([1, count])].map((nth) => ({ scenario, failpoint, nth }))
    )
  )

/** In an order of the seed. */
export const shuffled = <A>(all: ReadonlyArray<A>, seed: number): ReadonlyArray<A> => {
  const dice = Dice.fromSeed(seed)
  const left = [...all]
  return all.map(() => left.splice(dice.between(0, left.length - 1), 1)[0]!)
}

/** All of them by the seed: a cover first, then first times, then later ones. */
export const inTurn = (rehearsals: Rehearsals, seed: number): ReadonlyArray<Cell> => {
  const all = shuffled(cells(rehearsals), seed)
  const known = new Map(all.map((cell) => [idOf(cell), cell]))
  const first = new Set(cover(rehearsals, seed).map((cell) => known.get(idOf(cell))!))
  const rank = (cell: Cell) => (first.has(cell) ? 0 : cell.nth === 1 ? 1 : 2)
  return [...all].sort((a, b) => rank(a) - rank(b))
}

/**
 * Every failpoint once, and every scenario: which goes with which is the seed's, so that covers of many
 * seeds come to be the whole.
 */
export const cover = (rehearsals: Rehearsals, seed: number): ReadonlyArray<Cell> => {
  const possible = new Map<string, Array<Cell>>()
  for (const cell of shuffled(cells(rehearsals), seed)) {
    const found = possible.get(cell.failpoint)
    if (found === undefined) possible.set(cell.failpoint, [cell])
    else found.push(cell)
  }
  const used = new Set<string>()
  const chosen = [...possible.values()].map((ways) => {
    // A scenario that has none yet: else it would take a cell more.
    const cell = ways.find(({ scenario }) => !used.has(scenario)) ?? ways[0]!
    used.add(cell.scenario)
    return cell
  })
  const unused = Object.keys(rehearsals).filter((scenario) => !used.has(scenario))
  const all = [...possible.values()].flat()
  return [
    ...chosen,
    ...unused.flatMap((scenario) => all.find((cell) => cell.scenario === scenario) ?? [])
  ]
}
