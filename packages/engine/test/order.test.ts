/** docs/protocols.md 2: the order of Actions, and their follow-ups. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { idle, inBothForms, known, pass } from "./Lab.ts"
import { effects, pending } from "./Looks.ts"
import { people } from "./Yard.ts"

inBothForms("order", (laboratory, queueFirst) => {
  it.effect("within an actor: due time, then acceptance number, whatever the priority", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1), [
        pending(1, 1, { runAt: 1_003, priority: 100 }),
        pending(2, 1, { runAt: 1_001, priority: -100 }),
        pending(3, 1, { runAt: 1_001, priority: 50 }),
        pending(4, 1, { runAt: 1_002 })
      ])
      yield* (yield* lab.machine()).call(1, { _tag: "Wake" })
      assert.deepStrictEqual(
        effects(yield* lab.kept(1)).map((a) => a.no),
        [2, 3, 4, 1]
      )
    })
  )

  it.effect("between actors: the highest aged priority, then due time, then number", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { agePerPriority: 100 } })
      const now = yield* lab.db.now
      yield* lab.found(1, people(5), [
        pending(1, 1, { runAt: now - 10 }),
        pending(2, 2, { runAt: now - 20 }),
        pending(3, 3, { runAt: now - 10, priority: 7 }),
        // Ten steps older: as urgent as a priority of 10.
        pending(4, 4, { runAt: now - 1_000 }),
        pending(5, 5, { runAt: now - 20 })
      ])
      yield* (yield* lab.machine()).call(1, { _tag: "Wake" })
      assert.deepStrictEqual(
        effects(yield* lab.kept(1)).map((a) => a.no),
        [4, 3, 2, 5, 1]
      )
    })
  )

  it.effect("ageing lets none starve: low priority runs in its time under urgent load", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { batchMax: 1, agePerPriority: 10 } })
      const now = yield* lab.db.now
      yield* lab.found(1, people(30), [
        pending(1, 1, { runAt: now, priority: -5 }),
        ...Array.from({ length: 28 }, (_, i) =>
          pending(i + 2, i + 2, { runAt: now + i * 10, priority: 5 })
        )
      ])
      const m = yield* lab.machine({
        faults: { before: (c) => (c.method === "commit" ? Effect.sleep(15) : Effect.void) }
      })
      yield* m.call(1, { _tag: "Wake" })
      yield* pass(1_000, 5)
      const place = effects(yield* lab.kept(1)).findIndex((a) => a.no === 1)
      assert.isTrue(place > 0 && place < 20, `it ran as number ${place}`)
    })
  )

  it.effect(
    "a Command's Actions one after the other, then the first's follow-ups, then the second's",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory()
        yield* lab.found(1, people(1, true))
        const p = known(yield* lab.machine(), 1, 1)
        yield* p.say("double", "n")
        const done = effects(yield* lab.kept(1))
        assert.deepStrictEqual(
          done.map((a) => a.type),
          ["Walk", "Ring", "Walk", "Ring", "Walk"]
        )
        // And that is the order of (due time, acceptance number), too.
        const ordered = [...done].sort((a, b) => a.runAt - b.runAt || a.no - b.no)
        assert.deepStrictEqual(
          done.map((a) => a.no),
          ordered.map((a) => a.no)
        )
      })
  )

  it.effect("a timer that has come due goes before what its actor newly gets", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(2, true))
      const p = known(yield* lab.machine(), 1, 1)
      yield* p.say("bell 1000 1 0")
      // The database is ahead: by its clock the bell is due, the process has not looked yet.
      yield* lab.db.shiftClock(5_000)
      yield* p.say("n")
      yield* pass(200)
      const mine = effects(yield* lab.kept(1)).map((a) => a.type)
      assert.deepStrictEqual(mine, ["Ring", "Walk"])
    })
  )

  it.effect("an issued Command's Action waits behind what its actor has pending", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(2, true), [
        pending(1, 1, { type: "Push", priority: 50 }, { person: 1, whom: 2, by: 3 }),
        pending(2, 2),
        pending(3, 2)
      ])
      yield* (yield* lab.machine()).call(1, { _tag: "Wake" })
      const second = effects(yield* lab.kept(1)).filter((a) => a.actor?.id === 2)
      assert.deepStrictEqual(second.map((a) => [a.no, a.type]).slice(0, 2), [
        [2, "Ring"],
        [3, "Ring"]
      ])
      assert.strictEqual(second[2]!.type, "Walk")
    })
  )

  it.effect("also behind what was not chosen, because the cycle was full", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { batchMax: 2 } })
      yield* lab.found(1, people(3, true), [
        pending(1, 1, { type: "Push", priority: 50 }, { person: 1, whom: 2, by: 3 }),
        pending(2, 3, { priority: 40 }),
        pending(3, 2),
        pending(4, 2)
      ])
      yield* (yield* lab.machine()).call(1, { _tag: "Wake" })
      const second = effects(yield* lab.kept(1)).filter((a) => a.actor?.id === 2)
      assert.deepStrictEqual(
        second.map((a) => a.type),
        ["Ring", "Ring", "Walk"]
      )
    })
  )

  it.effect("a Refused or dead-lettered Action does not stop its Command's other Actions", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      yield* p.say("stumble")
      const { dead, events, log } = yield* lab.kept(1)
      assert.deepStrictEqual(
        [...log.values()].map((a) => [a.type, a.outcome]),
        [
          ["Walk", "refused"],
          ["Ring", "done"]
        ]
      )
      assert.deepStrictEqual(
        [...dead.values()].map((a) => a.type),
        ["Misbehave"]
      )
      assert.deepStrictEqual(
        events.map((e) => e.type),
        ["ActionRefused", "ActionFailed", "Rang"]
      )
    })
  )

  it.effect("the acceptance number counts per instance, over owners", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      yield* lab.found(2, people(1, true))
      const m = yield* lab.machine()
      yield* known(m, 1, 1).say("n", "n")
      yield* known(m, 2, 1).say("n")
      yield* idle
      yield* m.crash
      yield* known(yield* lab.machine(), 1, 1).send({ n: 3, settled: 2, text: "n", command: null })
      assert.deepStrictEqual([...(yield* lab.kept(1)).log.keys()], [1, 2, 3])
      assert.deepStrictEqual([...(yield* lab.kept(2)).log.keys()], [1])
    })
  )

  void queueFirst
})

inBothForms("follow-ups due now", (laboratory, queueFirst) => {
  it.effect(
    "run in the same cycle while their causation is not too deep, then first in the next",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({ limits: { causationDepthMax: 3 } })
        yield* lab.found(1, people(1, true))
        const m = yield* lab.machine()
        yield* known(m, 1, 1).say("bell 0 10 0")
        const done = effects(yield* lab.kept(1))
        assert.strictEqual(done.length, 10)
        assert.strictEqual((yield* lab.kept(1)).dead.size, 0)
        if (!queueFirst) {
          assert.deepStrictEqual(
            done.map((a) => a.position),
            [0, 1, 2, 3, 0, 1, 2, 3, 0, 1]
          )
        }
      })
  )

  it.effect("a loop of them ends as a dead letter, and others are served meanwhile", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { causationDepthMax: 4, causationChainMax: 40 } })
      yield* lab.found(1, people(2, true))
      const m = yield* lab.machine()
      const [p, q] = [known(m, 1, 1), known(m, 1, 2)]
      yield* Effect.all([p.say("wrong loop"), q.say("n")], { concurrency: 2 })
      yield* pass(1_000)
      const { dead, log } = yield* lab.kept(1)
      assert.strictEqual(dead.size, 1)
      assert.strictEqual([...log.values()].filter((a) => a.type === "Misbehave").length, 41)
      assert.strictEqual((yield* lab.row(1, "person:2")).place, 1)
    })
  )

  it.effect("go to the queue when the cycle is full (batchMax), and all of them run", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { batchMax: 3 } })
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      yield* p.say("bell 0 8 0", "double")
      const { log, queue } = yield* lab.kept(1)
      assert.isTrue([...log.values()].every((a) => a.position < 3))
      assert.strictEqual(log.size, 12)
      assert.strictEqual(queue.size, 0)
    })
  )

  it.effect("that need other locks wait for the next cycle", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(3, true))
      const p = known(yield* lab.machine(), 1, 1)
      yield* p.say("shove 2 4")
      const walked = effects(yield* lab.kept(1)).find((a) => a.type === "Walk")!
      assert.strictEqual(walked.outcome, "done")
    })
  )
})
