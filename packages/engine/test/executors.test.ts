/** ExecutorPool: supervised; whatever becomes of an executor, its cycles run once and others go on. */
import { assert, describe, it } from "@effect/vitest"
import { ExecutorPool } from "@wr2/engine/ExecutorPool"
import { InstanceStore, StoreError } from "@wr2/engine/InstanceStore"
import type { Cycle } from "@wr2/engine/InstanceStore"
import { layerFrom } from "@wr2/engine/Memory"
import type { Call } from "@wr2/engine/Memory"
import { Effect, Fiber, Latch, Layer } from "effect"
import { idle, inBothForms, known, make, once, pass, tag } from "./Lab.ts"
import { people } from "./Yard.ts"

const ofInstance = (instance: number) => (call: Call) =>
  call.method === "commit" && call.instances.includes(instance)

/** From outside, at the next chance. */
const interrupted = Effect.withFiber((fiber) =>
  Effect.andThen(Effect.forkDetach(Fiber.interrupt(fiber)), Effect.sleep(50))
)
const ends = {
  "is interrupted": () => interrupted,
  "crashes (a defect)": () => Effect.die(new Error("it was made to crash")),
  "interrupts itself": () => Effect.interrupt,
  "loses its connection": () =>
    Effect.fail(new StoreError({ reason: "Unknown", message: "it was made to fail" }))
} as const
const steps = {
  "with its cycle in hand, before the transaction": "before",
  "after COMMIT, before its answer": "after"
} as const

inBothForms("an executor", (laboratory) => {
  for (const [how, end] of Object.entries(ends)) {
    for (const [step, when] of Object.entries(steps)) {
      it.effect(`that ${how} ${step}: replaced, once, unnoticed by others`, () =>
        Effect.gen(function* () {
          const lab = yield* laboratory({ limits: { executors: 2, carryMax: 1 } })
          for (const instance of [1, 2, 3]) yield* lab.found(instance, people(1, true))
          let armed = false
          const fault = once((call) => armed && ofInstance(1)(call), end)
          const m = yield* lab.machine({ faults: { [when]: fault } })
          for (const instance of [1, 2, 3]) yield* m.call(instance, { _tag: "Wake" })
          yield* idle
          const before = yield* m.executors
          armed = true
          const all = yield* Effect.forEach([1, 2, 3], (i) =>
            known(m, i, 1).start("n", "double", "look")
          )
          yield* pass(3_000)
          const replies = yield* Effect.forEach(all, Fiber.join)
          assert.deepStrictEqual(new Set(replies.flat().map(tag)), new Set(["Accepted"]))
          for (const instance of [1, 2, 3]) {
            const { dead, events, log, owner, rows } = yield* lab.kept(instance)
            assert.strictEqual(rows.get("person:1")!.row.place, 3)
            assert.strictEqual(rows.get("person:1")!.row.rung, 2)
            assert.deepStrictEqual([log.size, dead.size], [5, 0])
            assert.deepStrictEqual(
              events.map(({ seq }) => seq),
              [1, 2, 3, 4, 5]
            )
            assert.strictEqual(owner.epoch, instance === 1 ? 2 : 1)
          }
          const after = yield* m.executors
          assert.strictEqual(after.length, 2)
          assert.isTrue(after.every((fiber) => fiber.pollUnsafe() === undefined))
          const replaced = after.filter((fiber) => !before.includes(fiber)).length
          assert.strictEqual(replaced, how === "is interrupted" ? 1 : 0)
        })
      )
    }
  }

  it.effect("that is interrupted while it waits for work is replaced", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { executors: 3 } })
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      yield* m.call(1, { _tag: "Wake" })
      for (let turn = 0; turn < 3; turn++) {
        for (const fiber of yield* m.executors) yield* Fiber.interrupt(fiber)
        yield* idle
        assert.strictEqual((yield* m.executors).length, 3)
        assert.strictEqual(
          tag(
            (yield* known(m, 1, 1).send({
              n: turn + 1,
              settled: turn,
              text: "n",
              command: null
            }))[0]
          ),
          "Accepted"
        )
      }
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 3)
      assert.strictEqual((yield* lab.kept(1)).owner.epoch, 1)
    })
  )

  it.effect(
    "that is interrupted between two of the instances it repeats alone: each runs once",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({ limits: { executors: 1 } })
        for (const i of [1, 2, 3, 4]) yield* lab.found(i, people(1, true))
        const gate = Latch.makeUnsafe(true)
        let together = 0
        let alone = 0
        const m = yield* lab.machine({
          faults: {
            before: (call) =>
              Effect.suspend(() => {
                if (call.method !== "commit") return Effect.void
                if (call.instances.length === 1 && together === 0) return gate.await
                if (call.instances.length > 1) {
                  together++
                  return Effect.fail(new StoreError({ reason: "Transient", message: "deadlock" }))
                }
                return ++alone === 2 ? interrupted : Effect.void
              })
          }
        })
        for (const i of [1, 2, 3, 4]) yield* m.call(i, { _tag: "Wake" })
        gate.closeUnsafe()
        const first = yield* known(m, 1, 1).start("n")
        yield* idle
        const rest = yield* Effect.forEach([2, 3, 4], (i) => known(m, i, 1).start("n"))
        yield* idle
        gate.openUnsafe()
        yield* pass(5_000)
        for (const fiber of [first, ...rest])
          assert.deepStrictEqual((yield* Fiber.join(fiber)).map(tag), ["Accepted"])
        for (const i of [1, 2, 3, 4]) {
          const { log, rows } = yield* lab.kept(i)
          assert.deepStrictEqual([log.size, rows.get("person:1")!.row.place], [1, 1])
        }
      })
  )
})

describe("a transaction", () => {
  it.effect("carries what waits: several instances, at once, no more than carryMax", () =>
    Effect.gen(function* () {
      const gate = Latch.makeUnsafe(true)
      const lab = yield* make({
        limits: { executors: 1, carryMax: 3 },
        faults: { before: (c) => (c.method === "commit" ? gate.await : Effect.void) }
      })
      const all = [1, 2, 3, 4, 5, 6, 7]
      for (const i of all) yield* lab.found(i, people(1, true))
      const m = yield* lab.machine()
      for (const i of all) yield* m.call(i, { _tag: "Wake" })
      gate.closeUnsafe()
      yield* Effect.forEach(all, (i) => known(m, i, 1).start("n"))
      yield* idle
      gate.openUnsafe()
      yield* pass(100)
      const sizes = m.calls
        .filter((c) => c.startsWith("commit"))
        .map((c) => c.split(" ")[1]!.split(",").length)
      assert.deepStrictEqual(sizes, [1, 3, 3])
    })
  )

  it.effect(
    "that fails for one instance is repeated one at a time: the others notice nothing",
    () =>
      Effect.gen(function* () {
        const gate = Latch.makeUnsafe(true)
        const lab = yield* make({
          limits: { executors: 1 },
          faults: { before: (c) => (c.method === "commit" ? gate.await : Effect.void) }
        })
        for (const i of [1, 2, 3, 4]) yield* lab.found(i, people(1, true))
        yield* lab.db.refuse((instance, { rows }) =>
          instance === 3 && rows.length > 0 ? "not in 3" : undefined
        )
        const m = yield* lab.machine()
        for (const i of [1, 2, 3, 4]) yield* m.call(i, { _tag: "Wake" })
        gate.closeUnsafe()
        const all = yield* Effect.forEach([1, 2, 3, 4], (i) => known(m, i, 1).start("n"))
        yield* idle
        gate.openUnsafe()
        yield* pass(1_000)
        for (const fiber of all) yield* Fiber.join(fiber)
        const places: Array<number> = []
        for (const i of [1, 2, 3, 4]) {
          const { dead, owner, rows } = yield* lab.kept(i)
          places.push(rows.get("person:1")!.row.place)
          assert.deepStrictEqual([dead.size, owner.epoch], [i === 3 ? 1 : 0, 1])
        }
        assert.deepStrictEqual(places, [1, 1, 0, 1])
      })
  )

  it.effect("never carries two owners of one instance, whose ways cross in one process", () =>
    Effect.gen(function* () {
      const sizes: Array<ReadonlyArray<number>> = []
      const lab = yield* make({ limits: { executors: 1 } })
      yield* lab.found(1, people(1, true))
      const pool = Effect.gen(function* () {
        const { execute } = yield* ExecutorPool
        const store = yield* InstanceStore
        const owner = { runner: "t", incarnation: "t", timersHorizon: 0 }
        const [old, young] = [yield* store.activate(1, owner), yield* store.activate(1, owner)]
        const cycle = ({ epoch }: { readonly epoch: number }) =>
          execute({ instance: 1, epoch, locks: [], decide: () => undefined })
        return yield* Effect.all([cycle(old), cycle(young)], { concurrency: 2 })
      })
      const spy = Layer.effect(
        InstanceStore,
        Effect.map(InstanceStore, (store) => ({
          ...store,
          commit: (cycles: ReadonlyArray<Cycle>) => {
            sizes.push(cycles.map(({ epoch }) => epoch))
            return store.commit(cycles)
          }
        }))
      ).pipe(Layer.provide(layerFrom(lab.db)))
      const outcomes = yield* pool.pipe(
        Effect.provide(ExecutorPool.layer.pipe(Layer.provideMerge(spy)))
      )
      assert.deepStrictEqual(
        outcomes.map(({ _tag }) => _tag),
        ["Fenced", "Nothing"]
      )
      assert.deepStrictEqual(sizes, [[1], [2]])
    })
  )
})
