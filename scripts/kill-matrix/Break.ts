/** One cell, in a world that is whole or broken on purpose: whether the judge can tell them apart. */
import { Cause, Effect, Exit } from "effect"
import type { Violation } from "../chaos/History.ts"
import type { Built } from "./Build.ts"
import * as Cell from "./Cell.ts"
import * as Lane from "./Lane.ts"
import * as Plan from "./Plan.ts"
import { scenarios } from "./Scenarios.ts"

/** A cell that is to show something. */
export interface Show {
  /** As the matrix calls it. */
  readonly cell: string
  /** Its instance is released first, as in the matrix. Else it is as it is: what is killed is known for sure. */
  readonly released?: boolean
  /** So many processes are killed there, one after the other, unless it ends before. */
  readonly lives?: number
  /** Every Action is accepted in a transaction of its own first. */
  readonly queueFirst?: boolean
}

/** What an Action that kills may come to, and no more: it is dead, and so are attemptsMax and one that did not count. */
export const endless = "an Action ends few runners"
const isDead = ({ rule, what }: Violation) =>
  rule === "nothing is left over" && what.includes("dead letter")

const tries = 3

/** What is wrong. Nothing: it was killed there, and all went on well. */
export const play = (
  world: Built,
  { cell, lives, queueFirst = false, released = false }: Show,
  mutant?: string
): Effect.Effect<ReadonlyArray<Violation>> =>
  Effect.gen(function* () {
    const at = Plan.parse(cell)!
    const found = scenarios.find(({ name }) => name === at.scenario)!
    const scenario = released ? found : { ...found, begins: "as it is" as const }
    const lane = yield* Lane.make({
      world,
      queueFirst,
      ...(mutant === undefined ? {} : { mutant })
    })
    for (let n = 1; ; n++) {
      const { killed, kills, violations } = yield* Cell.run(lane, scenario, at, lives)
      if (lives !== undefined && killed) {
        const never = kills < lives ? [] : [{ rule: endless, what: `${kills} died of it` }]
        return [...violations.filter((each) => !isDead(each)), ...never]
      }
      if (killed || violations.length > 0) return violations
      if (n === tries) return [{ rule: "is killed there", what: cell }]
    }
  }).pipe(
    Effect.scoped,
    Effect.exit,
    Effect.map((exit) =>
      Exit.isSuccess(exit)
        ? exit.value
        : [{ rule: "can be played", what: Cause.pretty(exit.cause).slice(0, 1_000) }]
    )
  )
