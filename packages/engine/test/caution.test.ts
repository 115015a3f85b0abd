/** docs/protocols.md 4: caution after a crash. */
import { assert, it } from "@effect/vitest"
import { StoreError } from "@wr2/engine/InstanceStore"
import type { InstanceStore, Locked } from "@wr2/engine/InstanceStore"
import type { Writes } from "@wr2/engine/Records"
import { Effect } from "effect"
import type { Lab } from "./Lab.ts"
import { idle, inBothForms, known, pass, text } from "./Lab.ts"
import { pending } from "./Looks.ts"
import { people } from "./Yard.ts"

/**
 * A store that is lost with a transaction in which somebody decides such a thing: neither that is written,
 * nor what is decided after it, and `instead` is all that is heard.
 */
const losing =
  (isLost: (writes: Writes) => boolean, instead: Effect.Effect<never, StoreError>) =>
  (store: InstanceStore["Service"]): InstanceStore["Service"] => ({
    ...store,
    commit: (cycles) =>
      Effect.suspend(() => {
        let lost = false
        const decided = cycles.map((cycle) => ({
          ...cycle,
          decide: (locked: Locked) => {
            const writes = cycle.decide(locked)
            if (writes !== undefined && isLost(writes)) lost = true
            return lost ? undefined : writes
          }
        }))
        return Effect.flatMap(store.commit(decided), (done) =>
          lost ? instead : Effect.succeed(done)
        )
      })
  })
const misbehaves = ({ log }: Writes): boolean => log.some(({ type }) => type === "Misbehave")

inBothForms("caution", (laboratory) => {
  it.effect(
    "after an activation that no release preceded: one Action a transaction, counted first",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({ limits: { cautiousActions: 3 } })
        yield* lab.found(1, people(3, true), [
          pending(1, 1, { type: "Walk" }, { person: 1, by: 1 }),
          pending(2, 2, { type: "Walk" }, { person: 2, by: 1 }),
          pending(3, 3, { type: "Ring" }, { person: 3, times: 3, every: 0 })
        ])
        const first = yield* lab.machine({
          faults: { before: (c) => (c.method === "commit" ? Effect.never : Effect.void) }
        })
        yield* Effect.forkChild(first.call(1, { _tag: "Wake" }))
        yield* idle
        const seen: Array<ReadonlyArray<number>> = []
        const m = yield* lab.machine({
          store: (store) => ({
            ...store,
            commit: (cycles) =>
              store.commit(
                cycles.map((cycle) => ({
                  ...cycle,
                  decide: (locked) => {
                    const writes = cycle.decide(locked)
                    if (writes) seen.push([writes.attempted.length, writes.log.length])
                    return writes
                  }
                }))
              )
          })
        })
        yield* m.call(1, { _tag: "Wake" })
        yield* idle
        // Counted, run; counted, run; counted, run: then caution is over, the follow-ups go together.
        assert.deepStrictEqual(seen.slice(0, 6), [
          [1, 0],
          [0, 1],
          [1, 0],
          [0, 1],
          [1, 0],
          [0, 1]
        ])
        assert.strictEqual((yield* lab.row(1, "person:3")).rung, 3)
      })
  )

  it.effect("an Action that takes its runner down is a dead letter after attemptsMax, unrun", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { attemptsMax: 2, cautiousFor: 1e9 } })
      yield* lab.found(1, people(2, true))
      const first = yield* lab.machine()
      yield* known(first, 1, 1).say("n")
      yield* idle
      let runs = 0
      let m = first
      for (let turn = 0; turn < 5; turn++) {
        yield* m.crash
        // Whoever decides it dies of it.
        m = yield* lab.machine({
          store: losing((writes) => {
            if (!misbehaves(writes)) return false
            runs++
            return true
          }, Effect.never)
        })
        yield* Effect.forkChild(known(m, 1, 1).send(text(2, "wrong fine", 1)), {
          startImmediately: true
        })
        yield* pass(300)
      }
      const { dead, log } = yield* lab.kept(1)
      assert.deepStrictEqual(
        [...dead.values()].map((d) => d.type),
        ["Misbehave"]
      )
      assert.match([...dead.values()][0]!.error, /runner/)
      assert.strictEqual(runs, 2)
      assert.isFalse([...log.values()].some((a) => a.type === "Misbehave"))
    })
  )

  it.effect(
    "who is under way in another instance whenever its runner goes down is not blamed",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({})
        yield* lab.found(1, people(1, true), [
          pending(1, 1, { type: "Misbehave" }, { person: 1, how: "fine" })
        ])
        const steps = Array.from({ length: 3 }, (_, i) =>
          pending(i + 1, i + 1, { type: "Walk" }, { person: i + 1, by: 1 })
        )
        for (const instance of [2, 3, 4]) yield* lab.found(instance, people(3, true), steps)
        let deaths = 0
        for (let lives = 1; lives <= 12; lives++) {
          let died = false
          const m = yield* lab.machine({
            store: losing((writes) => (died ||= misbehaves(writes)), Effect.never)
          })
          for (const instance of [1, 2, 3, 4])
            yield* Effect.forkChild(m.call(instance, { _tag: "Wake" }))
          yield* pass(500, 10)
          if (died) deaths++
          yield* m.crash
        }
        // Once with nobody warned, then its counted attempts.
        assert.strictEqual(deaths, 1 + 3)
        for (const instance of [1, 2, 3, 4]) {
          const { dead, log, queue } = yield* lab.kept(instance)
          const types = [...dead.values()].map(({ type }) => type)
          assert.deepStrictEqual([instance, types], [instance, instance === 1 ? ["Misbehave"] : []])
          assert.strictEqual(log.size, instance === 1 ? 0 : 3)
          assert.strictEqual(queue.size, 0)
        }
      })
  )

  it.effect("what was tried before is counted again, caution or not", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { cautiousActions: 1 } })
      const step = pending(1, 1, { type: "Walk" }, { person: 1, by: 1 })
      yield* lab.found(1, people(2, true), [{ ...step, attempts: 1 }])
      const counted: Array<ReadonlyArray<number>> = []
      const m = yield* lab.machine({
        store: (store) => ({
          ...store,
          commit: (cycles) =>
            store.commit(
              cycles.map((cycle) => ({
                ...cycle,
                decide: (locked) => {
                  const writes = cycle.decide(locked)
                  if (writes) counted.push(writes.attempted)
                  return writes
                }
              }))
            )
        })
      })
      yield* m.call(1, { _tag: "Wake" })
      yield* idle
      assert.deepStrictEqual(counted, [[1], []])
      assert.strictEqual((yield* lab.kept(1)).log.size, 1)
    })
  )

  /** A machine of whose first so many cycles that run something nobody knows whether they were committed. */
  const unlucky = (lab: Lab, times: number) => {
    let left = times
    const cutOff = Effect.suspend(() => {
      left--
      return Effect.fail(new StoreError({ reason: "Unknown", message: "it was cut off" }))
    })
    return lab.machine({ store: losing(({ log }) => log.length > 0 && left > 0, cutOff) })
  }
  const oneStep = [pending(1, 1, { type: "Walk" }, { person: 1, by: 1 })]

  it.effect("whose commits nobody knows of is counted once by a process that lives", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { attemptsMax: 1 } })
      yield* lab.found(1, people(2, true), oneStep)
      const m = yield* unlucky(lab, 6)
      yield* Effect.forkChild(m.call(1, { _tag: "Wake" }))
      yield* pass(20_000)
      const { dead, log } = yield* lab.kept(1)
      assert.deepStrictEqual([log.size, dead.size], [1, 0])
    })
  )

  it.effect("but what is never committed is a dead letter in the end", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { attemptsMax: 2 } })
      yield* lab.found(1, people(2, true), oneStep)
      const m = yield* unlucky(lab, 1e9)
      yield* Effect.forkChild(m.call(1, { _tag: "Wake" }))
      yield* pass(100_000)
      const { dead, log } = yield* lab.kept(1)
      assert.deepStrictEqual([log.size, dead.size], [0, 1])
    })
  )

  it.effect(
    "what is accepted for later is tried when it is due, and keeps nobody waiting until then",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({ limits: { cautiousFor: 5_000, linklessAfter: 1e9 } })
        yield* lab.found(1, people(2, true))
        // What was tried before is tried with nothing else under trial in its process.
        yield* lab.found(2, people(2, true), [pending(1, 1, { attempts: 1 })])
        const first = yield* lab.machine()
        yield* first.call(1, { _tag: "Wake" })
        yield* first.crash
        const m = yield* lab.machine()
        yield* known(m, 1, 1).say("bell 60000 1 0")
        yield* m.call(2, { _tag: "Wake" })
        yield* pass(1_000)
        const [later] = (yield* lab.kept(1)).queue.values()
        assert.deepStrictEqual([later!.type, later!.attempts], ["Ring", 0])
        assert.strictEqual((yield* lab.kept(2)).log.size, 1)
      })
  )

  it.effect("ends after cautiousFor", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { cautiousFor: 5_000, cautiousActions: 1e9 } })
      yield* lab.found(1, people(2, true))
      const first = yield* lab.machine()
      yield* first.call(1, { _tag: "Wake" })
      yield* first.crash
      const m = yield* lab.machine()
      yield* m.call(1, { _tag: "Wake" })
      yield* pass(6_000, 1_000)
      const commits = () => m.calls.filter((c) => c.startsWith("commit")).length
      const before = commits()
      yield* known(m, 1, 1).say("double")
      yield* idle
      assert.isAtMost(commits() - before, 4)
      assert.strictEqual((yield* lab.kept(1)).log.size, 4)
    })
  )
})
