/** docs/protocols.md 3: an instance that went without a release must wake all the same. */
import { assert, it } from "@effect/vitest"
import { InstanceStore, StoreError } from "@wr2/engine/InstanceStore"
import * as Memory from "@wr2/engine/Memory"
import { Effect } from "effect"
import { inBothForms, known, once, pass } from "./Lab.ts"
import type { Lab } from "./Lab.ts"
import { people } from "./Yard.ts"

const limits = {
  passivateAfter: 2_000,
  passivateHorizon: 1_000,
  releaseWithin: 1_000,
  linklessAfter: 1e9
}

/** Which instances a Waker would wake, while the process lives. */
const sleeping = (lab: Lab) =>
  Effect.flatMap(InstanceStore, (store) => store.sleeping(60_000)).pipe(
    Effect.provide(Memory.layerFrom(lab.db))
  )

inBothForms("an instance that went without a release wakes for its timers", (laboratory) => {
  for (const [how, faults] of [
    [
      "the release failed",
      {
        before: once(
          (c) => c.method === "release",
          () => Effect.fail(new StoreError({ reason: "Transient", message: "away" }))
        )
      }
    ],
    [
      "its answer was lost",
      {
        after: once(
          (c) => c.method === "release",
          () => Effect.fail(new StoreError({ reason: "Unknown", message: "lost" }))
        )
      }
    ],
    [
      "it took too long",
      {
        before: once(
          (c) => c.method === "release",
          () => Effect.sleep(3_000)
        )
      }
    ]
  ] as const) {
    it.effect(how, () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({ limits, faults })
        yield* lab.found(1, people(1, true))
        const m = yield* lab.machine()
        yield* known(m, 1, 1).say("bell 20000 1 0")
        yield* m.call(1, { _tag: "Leave", id: 1, session: "s1" })
        yield* pass(15_000, 500)
        assert.deepStrictEqual(yield* m.resident, [])
        assert.deepStrictEqual(yield* sleeping(lab), [])
        yield* pass(6_000, 500)
        assert.deepStrictEqual(yield* sleeping(lab), [{ instance: 1 }])
        yield* m.call(1, { _tag: "Wake" })
        yield* pass(500)
        assert.strictEqual((yield* lab.row(1, "person:1")).rung, 1)
      })
    )
  }

  it.effect("its last cycle did not come to an end", () =>
    Effect.gen(function* () {
      let slow = false
      const lab = yield* laboratory({
        limits,
        faults: {
          before: (c) => (slow && c.method === "commit" ? Effect.sleep(5_000) : Effect.void)
        }
      })
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      yield* known(m, 1, 1).say("bell 20000 1 0")
      yield* m.call(1, { _tag: "Leave", id: 1, session: "s1" })
      slow = true
      yield* Effect.forkDetach(m.call(1, { _tag: "Enter", id: 1, session: "again" }))
      yield* pass(100)
      yield* Effect.forkDetach(m.release(1))
      yield* pass(8_000, 500)
      assert.deepStrictEqual(yield* m.resident, [])
      // Nobody knows what it left: somebody is to look at once.
      assert.deepStrictEqual(yield* sleeping(lab), [{ instance: 1 }])
    })
  )

  it.effect("it was let go of while it was being taken", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({
        limits,
        faults: {
          after: once(
            (c) => c.method === "activate",
            () => Effect.sleep(1_000)
          )
        }
      })
      yield* lab.found(1, people(1))
      const m = yield* lab.machine()
      yield* Effect.forkDetach(m.call(1, { _tag: "Wake" }))
      yield* pass(500)
      yield* Effect.forkDetach(m.release(1))
      yield* pass(3_000, 500)
      assert.deepStrictEqual(yield* m.resident, [])
      assert.deepStrictEqual(yield* sleeping(lab), [{ instance: 1 }])
    })
  )

  it.effect("but not one that another has taken", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits })
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine({
        faults: {
          before: once(
            (c) => c.method === "release",
            () => Effect.fail(new StoreError({ reason: "Transient", message: "away" }))
          )
        }
      })
      yield* known(m, 1, 1).say("bell 20000 1 0")
      yield* m.release(1)
      const other = yield* lab.machine()
      yield* other.call(1, { _tag: "Wake" })
      const { owner } = yield* lab.kept(1)
      yield* pass(10_000, 500)
      assert.deepStrictEqual((yield* lab.kept(1)).owner, owner)
      assert.isNull(owner.releasedAt)
    })
  )
})
