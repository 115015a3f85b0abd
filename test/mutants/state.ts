/** Mutants of state: rows by Events alone, purity, a projection that is what the tables hold. */
import { assert } from "@effect/vitest"
import { Planner } from "@wr2/engine/Planner"
import { Projection } from "@wr2/engine/Projection"
import * as Fold from "@wr2/testkit/Fold"
import * as Invariants from "@wr2/testkit/Invariants"
import { Effect, Layer, Result } from "effect"
import * as Lab from "../../packages/engine/test/Lab.ts"
import { people, Person, Rang } from "../../packages/engine/test/Yard.ts"
import { historyOf, linesOf } from "../simulation/Checks.ts"
import type { Check, Mutant } from "./Mutant.ts"
import * as Swaps from "./Swaps.ts"

const lines = ["n", "double", "mint 2 3", "bell 0 2 300", "go -99", "melt", "greet"]

/** Some life, with a change of owners in it. */
const live = Effect.fnUntraced(function* (lab: Lab.Lab) {
  yield* lab.found(1, people(2, true))
  const first = yield* lab.machine()
  yield* Lab.known(first, 1, 1).start(...lines)
  yield* Lab.pass(500)
  yield* first.crash
  const second = yield* lab.machine()
  yield* Lab.known(second, 1, 2).start(...lines)
  yield* Lab.pass(1_500)
  return second
})

const folds: Check = {
  name: "Events folded over the snapshot give the rows",
  run: Effect.fnUntraced(function* (options) {
    const lab = yield* Lab.make(options)
    yield* live(lab)
    const history = historyOf(1, yield* lab.kept(1))
    assert.isAtLeast(history.events.length, 10)
    assert.deepStrictEqual(Invariants.folds(options.game ?? Swaps.yard, history), [])
  })
}

const pure: Check = {
  name: "the same inputs give the same Events",
  run: Effect.fnUntraced(function* (options) {
    const told: Array<ReadonlyArray<string>> = []
    for (let i = 0; i < 2; i++) {
      const lab = yield* Lab.make(options)
      yield* live(lab)
      told.push((yield* lab.kept(1)).events.map(({ payload }) => payload))
    }
    assert.deepStrictEqual(told[1], told[0])
  })
}

const rebuilt: Check = {
  name: "a projection is what the tables hold",
  run: Effect.fnUntraced(function* (options) {
    let planned: Projection | undefined
    const planner = Layer.effect(
      Planner,
      Effect.map(Planner, ({ plan }) => ({
        plan: (input) => {
          if (input.projection instanceof Projection) planned = input.projection
          return plan(input)
        }
      }))
    )
    const lab = yield* Lab.make({ ...options, parts: { ...options.parts, planner } })
    const m = yield* live(lab)
    yield* Effect.forkDetach(Lab.known(m, 1, 1).send(Lab.text(8, "look", 7)))
    yield* Lab.pass(500)
    const rows = linesOf(1, yield* lab.kept(1))
    assert.deepStrictEqual(Fold.lines(planned!), rows)
  })
}

const declared: Check = {
  name: "Actions read what they have locked, and nothing else",
  run: Effect.fnUntraced(function* (options) {
    const lab = yield* Lab.make(options)
    yield* live(lab)
    assert.deepStrictEqual(
      [...(yield* lab.kept(1)).dead.values()].map(({ error }) => error.split("\n")[0]),
      []
    )
  })
}

let rings = 0
let loads: unknown

export const mutants: ReadonlyArray<Mutant> = [
  {
    name: "a row changed past evolve: the transaction rings once more",
    invariant: "2 rows by Events alone",
    with: Swaps.writes((writes) => ({
      ...writes,
      rows: writes.rows.map((write) =>
        write.op === "update" && write.aggregate._tag === "Person"
          ? { ...write, row: { ...write.row, rung: write.row.rung + 1 } }
          : write
      )
    })),
    check: folds
  },
  {
    name: "impure evolve: an Event changes its row by how often it was asked",
    invariant: "2 rows by Events alone",
    with: Swaps.event("Rang", () => ({
      evolve: (e: any) => [Person.update(e.person, (p) => ({ ...p, rung: ++rings }))]
    })),
    check: folds
  },
  {
    name: "impure decide: a rule counts how often it was asked",
    invariant: "5 nothing but arguments",
    with: Swaps.rule("Ring", () => ({
      decide: (a, { the }) =>
        Result.map(the(Person, a.person), () => ({
          events: [Rang.make({ person: a.person, at: ++rings })]
        }))
    })),
    check: pure
  },
  {
    name: "forgotten lock: a rule does not name the row that it reads",
    invariant: "5 nothing but arguments",
    with: Swaps.rule("Ring", () => ({ locks: () => [] })),
    check: declared
  },
  {
    name: "stale projection: the next owner loads what the first one had loaded",
    invariant: "8 projection = tables",
    with: {
      store: (store) => ({
        ...store,
        activate: (instance, owner) =>
          Effect.map(store.activate(instance, owner), (activation) => {
            if (activation.epoch === 1) loads = activation.rows
            const old = loads as typeof activation.rows
            const rows = activation.rows.map((row) => ({
              ...row,
              row:
                old.find(({ aggregate, id }) => row.aggregate === aggregate && row.id === id)
                  ?.row ?? row.row
            }))
            return { ...activation, rows }
          })
      })
    },
    check: rebuilt
  }
]
