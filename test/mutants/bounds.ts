/** Mutants of waiting and of bounds: nobody waits for a row, every queue has its end. */
import { assert } from "@effect/vitest"
import { Inboxes } from "@wr2/engine/Ingress"
import { StoreError } from "@wr2/engine/InstanceStore"
import { Planner } from "@wr2/engine/Planner"
import { Effect, Layer } from "effect"
import * as Lab from "../../packages/engine/test/Lab.ts"
import { people, Person } from "../../packages/engine/test/Yard.ts"
import type { Check, Mutant } from "./Mutant.ts"
import * as Swaps from "./Swaps.ts"

const passing: Check = {
  name: "who needs a row that somebody holds waits; the others do not",
  run: Effect.fnUntraced(function* (options) {
    const lab = yield* Lab.make(options)
    yield* lab.found(1, people(2, true))
    const m = yield* lab.machine()
    yield* m.call(1, { _tag: "Wake" })
    yield* Effect.scoped(
      Effect.gen(function* () {
        yield* lab.db.holdRow(1, Person.ref(1))
        yield* Lab.known(m, 1, 1).start("n")
        yield* Lab.known(m, 1, 2).start("n")
        yield* Lab.pass(1_000)
        assert.strictEqual((yield* lab.row(1, "person:2")).place, 1)
        assert.strictEqual((yield* lab.row(1, "person:1")).place, 0)
      })
    )
    yield* Lab.pass(1_000)
    assert.strictEqual((yield* lab.row(1, "person:1")).place, 1)
  })
}

const bounded: Check = {
  name: "past its bound an inbox answers Overloaded, and text TooLong",
  run: Effect.fnUntraced(function* (options) {
    const lab = yield* Lab.make({ ...options, limits: { commandsWaitingPerActor: 3, textMax: 40 } })
    yield* lab.found(1, people(1, true))
    const p = Lab.known(yield* lab.machine(), 1, 1)
    const long = `wrong ${"x".repeat(99)}`
    const replies = yield* p.say("n", long, "n", "n", "n", "n")
    assert.deepStrictEqual(replies.map(Lab.tag), [
      "Accepted",
      "TooLong",
      "Accepted",
      "Overloaded",
      "Overloaded",
      "Overloaded"
    ])
  })
}

export const mutants: ReadonlyArray<Mutant> = [
  {
    name: "lock that waits: a transaction with a held row fails until it is free",
    invariant: "7 no wait for a row",
    with: {
      store: (store, db) => ({
        ...store,
        commit: (cycles) =>
          Effect.suspend(() =>
            cycles.some(({ instance, locks }) =>
              locks.some(({ aggregate, id }) =>
                db.state.held.has(`${instance}/row/${aggregate.table}:${id}`)
              )
            )
              ? Effect.fail(new StoreError({ reason: "Transient", message: "55P03" }))
              : store.commit(cycles)
          )
      })
    },
    check: passing
  },
  {
    name: "unbounded inbox",
    invariant: "9 every bound is kept",
    with: Swaps.inboxes(
      (limits, cursors) => new Inboxes({ ...limits, commandsWaitingPerActor: Infinity }, cursors)
    ),
    check: bounded
  },
  {
    name: "unbounded text: what is too long is cut and planned all the same",
    invariant: "9 every bound is kept",
    with: {
      parts: {
        planner: Layer.effect(
          Planner,
          Effect.map(Planner, ({ plan }) => ({
            plan: (input) =>
              plan(
                "text" in input.wish
                  ? { ...input, wish: { text: input.wish.text.slice(0, 40) } }
                  : input
              )
          }))
        )
      }
    },
    check: bounded
  }
]
