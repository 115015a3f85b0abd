/** docs/protocols.md 4 and 5: what is due beyond the horizon is not overtaken, however long a cycle takes. */
import { assert, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { inBothForms, known, pass, tag } from "./Lab.ts"
import { people } from "./Yard.ts"

inBothForms("a cycle that ends past the horizon", (laboratory) => {
  it.effect("lets nothing new of an actor overtake what that actor has due by then", () =>
    Effect.gen(function* () {
      let slow = false
      const lab = yield* laboratory({
        limits: { timersHorizon: 2_000, linklessAfter: 1e9 },
        faults: {
          before: (c) => {
            if (!slow || c.method !== "commit") return Effect.void
            slow = false
            return Effect.sleep(4_000)
          }
        }
      })
      yield* lab.found(1, people(2, true))
      const m = yield* lab.machine()
      yield* known(m, 1, 1).say("bell 2500 1 0")
      const before = (yield* lab.kept(1)).queue.size
      slow = true
      // Begun while the bell is far away, committed when it should have rung.
      const step = yield* Effect.forkDetach(
        known(m, 1, 1).send({
          n: 2,
          settled: 1,
          text: "n",
          command: null
        })
      )
      yield* pass(6_000)
      assert.strictEqual(before, 1)
      assert.strictEqual(tag((yield* Fiber.join(step))[0]), "Accepted")
      const { events } = yield* lab.kept(1)
      assert.deepStrictEqual(
        events.map(({ type }) => type),
        ["Rang", "Walked"]
      )
    })
  )
})
