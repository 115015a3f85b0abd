/** ExecutorPool: supervised; whatever becomes of an executor, its cycles run once and others go on. */
import { assert, describe, it } from "@effect/vitest"
import { ExecutorPool } from "@wr2/engine/ExecutorPool"
import { InstanceStore, StoreError } from "@wr2/engine/InstanceStore"
import type { Cycle } from "@wr2/engine/InstanceStore"
import { layerFrom } from "@wr2/engine/Memory"
import { Effect, Fiber, Latch, Layer } from "effect"
import { idle, inBothForms, known, make, once, pass, tag } from "./Lab.ts"
import type { Lab, Options } from "./Lab.ts"
import { people } from "./Yard.ts"

/** The steps of a cycle's transaction at which its executor comes to its end. */
const steps = [
  "before the transaction",
  "in the first flight",
  "in the decide phase",
  "in the second flight",
  "after COMMIT, before its answer"
] as const
type Step = (typeof steps)[number]
type Executor = Fiber.Fiber<unknown, unknown>

/** How it does: by what is done to it from outside, or by what it runs into. */
const ends = {
  "is interrupted": (executor: Executor) => (executor.interruptUnsafe(), Effect.never),
  "crashes (a defect)": (): Effect.Effect<never> => {
    throw new Error("it was made to crash")
  },
  "interrupts itself": () => Effect.interrupt
} as const

/** From outside, at the next chance. */
const interrupted = Effect.withFiber(ends["is interrupted"])

/**
 * A store whose transaction goes step by step, as a real one does, and once ends whoever carries it,
 * at one of them. Until COMMIT nothing is written: what was decided in vain is rolled back.
 */
const endingAt =
  (step: Step, end: (executor: Executor) => Effect.Effect<never>, isIt: (c: Cycle) => boolean) =>
  (store: InstanceStore["Service"]): InstanceStore["Service"] => ({
    ...store,
    commit: (cycles) =>
      Effect.withFiber((executor) => {
        if (!cycles.some(isIt)) return store.commit(cycles)
        const ended = Effect.suspend(() => end(executor))
        let then: Effect.Effect<never> | undefined
        const inVain = store.commit(
          cycles.map((cycle) => ({
            ...cycle,
            decide: (locked) => {
              cycle.decide(locked)
              if (step === "in the decide phase") then = end(executor)
              return undefined
            }
          }))
        )
        switch (step) {
          case "before the transaction":
            return ended
          case "in the first flight":
            return Effect.andThen(Effect.yieldNow, ended)
          case "in the decide phase":
            return Effect.andThen(
              inVain,
              Effect.suspend(() => then!)
            )
          case "in the second flight":
            return Effect.andThen(inVain, ended)
          case "after COMMIT, before its answer":
            return Effect.andThen(store.commit(cycles), ended)
        }
      })
  })

/** Three instances with one person each, and who carries their cycles. */
const three = Effect.fnUntraced(function* (
  laboratory: (options?: Options) => Effect.Effect<Lab>,
  options: Options
) {
  const lab = yield* laboratory({ limits: { executors: 2, carryMax: 1 } })
  for (const instance of [1, 2, 3]) yield* lab.found(instance, people(1, true))
  const m = yield* lab.machine(options)
  for (const instance of [1, 2, 3]) yield* m.call(instance, { _tag: "Wake" })
  yield* idle
  const before = yield* m.executors
  return {
    /** All three act; the first instance's executor has come to its end meanwhile. */
    act: Effect.gen(function* () {
      const all = yield* Effect.forEach([1, 2, 3], (i) =>
        known(m, i, 1).start("n", "double", "look")
      )
      yield* idle
      // Without waiting for anything: the others notice nothing.
      for (const other of all.slice(1)) assert.isDefined(other.pollUnsafe())
      yield* pass(3_000)
      const replies = yield* Effect.forEach(all, Fiber.join)
      assert.deepStrictEqual(new Set(replies.flat().map(tag)), new Set(["Accepted"]))
      for (const instance of [1, 2, 3]) {
        const { dead, events, log, owner, queue, rows } = yield* lab.kept(instance)
        assert.strictEqual(rows.get("person:1")!.row.place, 3)
        assert.strictEqual(rows.get("person:1")!.row.rung, 2)
        assert.deepStrictEqual([log.size, queue.size, dead.size], [5, 0, 0])
        assert.deepStrictEqual(
          events.map(({ seq }) => seq),
          [1, 2, 3, 4, 5]
        )
        assert.strictEqual(owner.epoch, instance === 1 ? 2 : 1)
      }
    }),
    /** How many executors are others than before; all are at work. */
    replaced: Effect.map(
      Effect.suspend(() => m.executors),
      (after) => {
        assert.lengthOf(after, 2)
        assert.isTrue(after.every((fiber) => fiber.pollUnsafe() === undefined))
        return after.filter((fiber) => !before.includes(fiber)).length
      }
    )
  }
})

inBothForms("an executor", (laboratory) => {
  for (const [how, end] of Object.entries(ends)) {
    for (const step of steps) {
      it.effect(`that ${how} ${step}: replaced, its cycle done once, unnoticed by others`, () =>
        Effect.gen(function* () {
          let left = 0
          const isIt = ({ instance }: Cycle) => instance === 1 && left-- > 0
          const { act, replaced } = yield* three(laboratory, { store: endingAt(step, end, isIt) })
          left = 1
          yield* act
          assert.strictEqual(yield* replaced, 1)
        })
      )
    }
  }

  for (const when of ["before", "after"] as const) {
    it.effect(`that loses its connection ${when} the transaction goes on, with another`, () =>
      Effect.gen(function* () {
        let armed = false
        const fault = once(
          ({ instances, method }) => armed && method === "commit" && instances.includes(1),
          () => Effect.fail(new StoreError({ reason: "Unknown", message: "it was made to fail" }))
        )
        const { act, replaced } = yield* three(laboratory, { faults: { [when]: fault } })
        armed = true
        yield* act
        assert.strictEqual(yield* replaced, 0)
      })
    )
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
