/** Mutants of ownership: one commits, reads past the lease are confirmed, timers wake, poison ends. */
import { assert } from "@effect/vitest"
import { ActionQueue } from "@wr2/engine/ActionQueue"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import type { Cycle } from "@wr2/engine/InstanceStore"
import * as Memory from "@wr2/engine/Memory"
import { Effect, Fiber, Layer } from "effect"
import * as Lab from "../../packages/engine/test/Lab.ts"
import { people } from "../../packages/engine/test/Yard.ts"
import type { Check, Mutant } from "./Mutant.ts"
import * as Swaps from "./Swaps.ts"

const one = "6 one owner commits"

const zombie: Check = {
  name: "a zombie writes nothing",
  run: Effect.fnUntraced(function* (options) {
    const lab = yield* Lab.make(options)
    yield* lab.found(1, people(2, true))
    const [old, young] = [yield* lab.machine(), yield* lab.machine()]
    const p = Lab.known(old, 1, 1)
    yield* p.say("n")
    yield* Lab.idle
    yield* old.freeze
    const stuck = yield* p.start("go 7")
    yield* Lab.idle
    yield* young.call(1, { _tag: "Wake" })
    const before = yield* lab.kept(1)
    yield* old.thaw
    yield* Lab.pass(1_000)
    assert.deepStrictEqual(yield* lab.kept(1), before)
    assert.strictEqual(Lab.tag((yield* Fiber.join(stuck))[0]), "Moved")
  })
}

const lease: Check = {
  name: "a read past its lease is confirmed before it is answered",
  run: Effect.fnUntraced(function* (options) {
    const lab = yield* Lab.make({ ...options, limits: { readStaleness: 2_000 } })
    yield* lab.found(1, people(2, true))
    const [old, young] = [yield* lab.machine(), yield* lab.machine()]
    yield* Lab.known(old, 1, 2).say("look")
    yield* Lab.known(young, 1, 1).say("n")
    yield* Lab.pass(3_000)
    const [stale] = yield* Lab.known(old, 1, 2).send(Lab.text(2, "look", 1))
    assert.strictEqual(Lab.tag(stale), "Moved")
  })
}

const woken: Check = {
  name: "an instance that was released wakes for its timers",
  run: Effect.fnUntraced(function* (options) {
    const limits = { passivateAfter: 2_000, passivateHorizon: 1_000, timersHorizon: 5_000 }
    const lab = yield* Lab.make({ ...options, limits })
    yield* lab.found(1, people(1, true))
    const m = yield* lab.machine()
    yield* Lab.known(m, 1, 1).say("bell 20000 1 0")
    yield* Lab.idle
    yield* m.call(1, { _tag: "Leave", id: 1, session: "s1" })
    const waker = Effect.gen(function* () {
      const store = yield* InstanceStore
      while (true) {
        yield* Effect.sleep(1_000)
        for (const { instance } of yield* store.sleeping(60_000))
          yield* m.call(instance, { _tag: "Wake" })
      }
    })
    yield* Effect.forkDetach(Effect.provide(waker, Memory.layerFrom(lab.db)))
    yield* Lab.pass(15_000, 500)
    assert.deepStrictEqual(yield* m.resident, [])
    yield* Lab.pass(8_000, 500)
    assert.strictEqual((yield* lab.row(1, "person:1")).rung, 1)
  })
}

const horizon: Check = {
  name: "a timer beyond the horizon is read in time",
  run: Effect.fnUntraced(function* (options) {
    const lab = yield* Lab.make({
      ...options,
      limits: { timersHorizon: 2_000, linklessAfter: 1e9 }
    })
    yield* lab.found(1, people(1, true))
    yield* Lab.known(yield* lab.machine(), 1, 1).say("bell 9000 1 0")
    yield* Lab.pass(10_000, 250)
    assert.strictEqual((yield* lab.row(1, "person:1")).rung, 1)
  })
}

/** A process that dies of what it decides, if that is the deadly Action. */
const mortal =
  (commit: (cycles: ReadonlyArray<Cycle>) => Effect.Effect<any, any>) =>
  (cycles: ReadonlyArray<Cycle>) =>
    Effect.suspend(() => {
      let died = false
      const deadly = cycles.map((cycle) => ({
        ...cycle,
        decide: (locked: Parameters<Cycle["decide"]>[0]) => {
          const writes = cycle.decide(locked)
          if (writes?.log.every(({ type }) => type !== "Misbehave")) return writes
          died = true
          return undefined
        }
      }))
      return Effect.flatMap(commit(deadly), (done) => (died ? Effect.never : Effect.succeed(done)))
    })

const poison: Check = {
  name: "an Action that takes its runner down takes attemptsMax of them, and no more",
  run: Effect.fnUntraced(function* (options) {
    const lab = yield* Lab.make({ ...options, limits: { attemptsMax: 2 } })
    yield* lab.found(1, people(1, true))
    const store: NonNullable<Lab.Options["store"]> = (given, db) => {
      const inner = options.store?.(given, db) ?? given
      return { ...inner, commit: mortal(inner.commit) }
    }
    for (let turn = 0; turn < 6; turn++) {
      const m = yield* lab.machine({ store })
      yield* Effect.forkDetach(Lab.known(m, 1, 1).send(Lab.text(1, "wrong fine")))
      yield* Lab.pass(400)
      yield* m.crash
    }
    assert.strictEqual((yield* lab.kept(1)).dead.size, 1)
  })
}

export const mutants: ReadonlyArray<Mutant> = [
  {
    name: "unfenced write: the epoch is not compared",
    invariant: one,
    with: Swaps.cycles((cycle, db) => ({
      ...cycle,
      // Whatever it is when the transaction looks.
      get epoch() {
        return db.state.owners.get(cycle.instance)!.epoch
      }
    })),
    check: zombie
  },
  {
    name: "unconfirmed stale read: the epoch is confirmed without a look",
    invariant: one,
    with: { store: (store) => ({ ...store, confirm: () => Effect.succeed(true) }) },
    check: lease
  },
  {
    name: "lost timer: a release does not say when to wake",
    invariant: "1 exactly once",
    with: {
      store: (store) => ({
        ...store,
        release: (instance, epoch, at) => store.release(instance, epoch, { ...at, nextDue: null })
      })
    },
    check: woken
  },
  {
    name: "lost timer: beyond the horizon nobody looks",
    invariant: "1 exactly once",
    with: {
      parts: {
        queue: Layer.effect(
          ActionQueue,
          Effect.map(ActionQueue, (queue) => ({ ...queue, due: () => Effect.succeed([]) }))
        )
      }
    },
    check: horizon
  },
  {
    name: "uncounted attempts: poison goes from runner to runner",
    invariant: "1 exactly once",
    with: Swaps.writes((writes) => ({
      ...writes,
      attempted: [],
      queued: writes.queued.map((record) => ({ ...record, attempts: 0 }))
    })),
    check: poison
  }
]
