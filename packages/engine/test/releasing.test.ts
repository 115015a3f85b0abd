/** docs/protocols.md 3: release, passivation, memory. */
import { assert, it } from "@effect/vitest"
import { StoreError } from "@wr2/engine/InstanceStore"
import { Effect, Fiber, Latch } from "effect"
import { idle, inBothForms, known, listen, once, pass, player, tag, text } from "./Lab.ts"
import type { Machine } from "./Lab.ts"
import { pending } from "./Looks.ts"
import { people, Person } from "./Yard.ts"

const wake = (m: Machine, instance = 1) => m.call(instance, { _tag: "Wake" })

inBothForms("release", (laboratory) => {
  it.effect("stops intake, finishes the cycle, hands Events over, writes down where it stood", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({
        faults: {
          before: once(
            (c) => c.method === "commit",
            () => Effect.sleep(300)
          )
        }
      })
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      const feed = yield* listen(m, 1, 0)
      const walk = yield* known(m, 1, 1).start("n")
      yield* pass(100)
      const releasing = yield* Effect.forkChild(m.release(1), { startImmediately: true })
      yield* idle
      assert.strictEqual(tag((yield* known(m, 1, 1).send(text(2, "n")))[0]), "Moved")
      yield* pass(1_000)
      yield* Fiber.join(releasing)
      assert.strictEqual(tag((yield* Fiber.join(walk))[0]), "Accepted")
      const { events, owner } = yield* lab.kept(1)
      assert.isNotNull(owner.releasedAt)
      assert.strictEqual(owner.lastSeq, events.length)
      assert.isTrue(feed.ended)
      assert.strictEqual(feed.chunks.flatMap((c) => c.events).length, events.length)
      assert.deepStrictEqual(yield* m.resident, [])
    })
  )

  it.effect("next_due is the earliest that wakes: due, in memory, or beyond the horizon", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { timersHorizon: 10_000 } })
      const now = yield* lab.db.now
      for (const [instance, line] of [
        [1, "bell 5000 1 0"],
        [2, "bell 50000 1 0"],
        [3, "tick 20000 9"]
      ] as const) {
        yield* lab.found(instance, people(1, true))
        const m = yield* lab.machine()
        const p = known(m, instance, 1)
        yield* p.say(line)
        yield* idle
        yield* m.call(instance, { _tag: "Leave", id: 1, session: "s1" })
        yield* m.release(instance)
      }
      const due = [1, 2, 3].map((i) => lab.db.state.owners.get(i)!.nextDue)
      assert.deepStrictEqual(due, [now + 5_000, now + 50_000, null])
    })
  )

  it.effect("what is due and not done, who is inside and what is on its way wake it at once", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      yield* lab.found(2, people(1, true))
      const m = yield* lab.machine()
      // In 1 an Action waits for a lock; in 2 somebody is inside.
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* lab.db.holdRow(1, Person.ref(1))
          yield* known(m, 1, 1).say("n")
          yield* idle
          yield* m
            .call(1, { _tag: "Leave", id: 1, session: "s1" })
            .pipe(Effect.forkChild({ startImmediately: true }))
          yield* m.release(1)
        })
      )
      yield* wake(m, 2)
      yield* m.release(2)
      // 3 owes 9 a message, and 9 is not there to take it.
      yield* lab.found(3, people(1, true))
      yield* known(m, 3, 1).say("cross 9")
      yield* idle
      yield* m.release(3)
      const now = yield* lab.db.now
      for (const instance of [1, 2, 3]) {
        const { nextDue } = lab.db.state.owners.get(instance)!
        assert.isTrue(nextDue !== null && nextDue <= now, `instance ${instance}: ${nextDue}`)
      }
    })
  )

  it.effect("when nobody can say what is due, it wakes to look", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({
        limits: { timersHorizon: 10_000 },
        faults: {
          before: ({ method }) =>
            method === "due" || method === "nextDue"
              ? Effect.fail(new StoreError({ reason: "Transient", message: "away" }))
              : Effect.void
        }
      })
      yield* lab.found(1, people(1))
      const m = yield* lab.machine()
      yield* wake(m)
      yield* m.release(1)
      assert.isNotNull((yield* lab.kept(1)).owner.nextDue)
    })
  )

  it.effect("out of time: skipped; the epoch makes that safe", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { releaseWithin: 1_000 } })
      yield* lab.found(1, people(1, true))
      const gate = Latch.makeUnsafe(true)
      const old = yield* lab.machine({
        faults: { before: (c) => (c.method === "commit" ? gate.await : Effect.void) }
      })
      const young = yield* lab.machine()
      yield* wake(old)
      gate.closeUnsafe()
      const stuck = yield* known(old, 1, 1).start("n")
      yield* idle
      const releasing = yield* Effect.forkChild(old.release(1), { startImmediately: true })
      yield* pass(1_500)
      yield* Fiber.join(releasing)
      assert.strictEqual(tag((yield* Fiber.join(stuck))[0]), "Moved")
      assert.isNull((yield* lab.kept(1)).owner.releasedAt)
      yield* known(young, 1, 1).say("n")
      gate.openUnsafe()
      yield* pass(1_000)
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 1)
    })
  )

  it.effect("an instance that comes back at once is not mixed up with its own past", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { releaseWithin: 500, executors: 1 } })
      yield* lab.found(1, people(2, true))
      yield* lab.found(2, people(1, true))
      const gate = Latch.makeUnsafe(true)
      const m = yield* lab.machine({
        faults: {
          before: (c) =>
            c.method === "commit" && c.instances.includes(2) ? gate.await : Effect.void
        }
      })
      yield* wake(m, 1)
      gate.closeUnsafe()
      // The only executor is away with instance 2; instance 1's cycle waits in the pool.
      yield* known(m, 2, 1).start("n")
      yield* idle
      yield* known(m, 1, 1).start("go 8")
      yield* idle
      yield* Effect.forkChild(m.release(1), { startImmediately: true })
      yield* pass(1_000)
      // Another owner in this same process: two cycles of one instance, of two epochs.
      const again = yield* known(m, 1, 2).start("go 3")
      yield* idle
      gate.openUnsafe()
      yield* pass(2_000)
      assert.strictEqual(tag((yield* Fiber.join(again))[0]), "Accepted")
      const { events, log, owner, rows } = yield* lab.kept(1)
      assert.deepStrictEqual(
        [...rows.values()].map(({ row }) => row.place),
        [0, 3]
      )
      assert.deepStrictEqual([events.length, log.size, owner.epoch], [1, 1, 2])
    })
  )

  /** Nobody hears of the first activation, and the instance is released before it is asked for again. */
  const unheard = Effect.fnUntraced(function* (
    some: Partial<Parameters<typeof laboratory>[0]> = {}
  ) {
    const lab = yield* laboratory({
      limits: { retryMax: 1_000, linklessAfter: 1e9 },
      ...some,
      faults: {
        after: once(
          (c) => c.method === "activate",
          () => Effect.fail(new StoreError({ reason: "Transient", message: "it was cut off" }))
        ),
        ...some.faults
      }
    })
    yield* lab.found(1, people(1, true), [pending(1, 1, { runAt: (yield* lab.db.now) + 60_000 })])
    const m = yield* lab.machine()
    yield* Effect.forkChild(wake(m))
    yield* idle
    assert.strictEqual((yield* lab.kept(1)).owner.epoch, 1)
    yield* Effect.forkChild(m.release(1), { startImmediately: true })
    return { lab, m }
  })

  it.effect(
    "is written also of what was taken without its being heard: or nobody would wake it",
    () =>
      Effect.gen(function* () {
        const { lab } = yield* unheard()
        yield* pass(2_000)
        const { owner } = yield* lab.kept(1)
        assert.deepStrictEqual(
          [owner.epoch, owner.releasedAt === null, owner.nextDue],
          [1, false, 0]
        )
      })
  )

  it.effect("also when the database comes to know of it a moment later", () =>
    Effect.gen(function* () {
      let looks = 0
      const { lab } = yield* unheard({
        store: (store) => ({
          ...store,
          owned: (instance, incarnation) =>
            looks++ === 0 ? Effect.succeed(undefined) : store.owned(instance, incarnation)
        })
      })
      yield* pass(5_000, 500)
      assert.strictEqual(looks, 2)
      assert.isNotNull((yield* lab.kept(1)).owner.releasedAt)
    })
  )

  it.effect("but not of what the process has taken anew meanwhile", () =>
    Effect.gen(function* () {
      let looks = 0
      const { lab, m } = yield* unheard({
        store: (store) => ({
          ...store,
          // The first look is not answered.
          owned: (instance, incarnation) =>
            looks++ === 0
              ? Effect.fail(new StoreError({ reason: "Transient", message: "it was cut off" }))
              : store.owned(instance, incarnation)
        })
      })
      yield* pass(1_000, 500)
      yield* wake(m)
      yield* pass(5_000, 500)
      const { owner } = yield* lab.kept(1)
      assert.deepStrictEqual([owner.epoch, owner.releasedAt], [2, null])
      assert.deepStrictEqual(yield* m.resident, [1])
    })
  )

  it.effect("a stopped process has released everything", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      yield* lab.found(2, people(1, true))
      const m = yield* lab.machine()
      yield* known(m, 1, 1).say("n")
      yield* known(m, 2, 1).say("n")
      yield* m.stop
      for (const instance of [1, 2]) {
        assert.isNotNull((yield* lab.kept(instance)).owner.releasedAt)
      }
    })
  )
})

inBothForms("passivation", (laboratory) => {
  const limits = {
    passivateAfter: 10_000,
    passivateHorizon: 20_000,
    timersHorizon: 60_000,
    linklessAfter: 1e9
  }
  it.effect("an instance that nobody uses is released after a while", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits })
      yield* lab.found(1, people(1))
      const m = yield* lab.machine()
      yield* wake(m)
      yield* pass(8_000, 500)
      assert.deepStrictEqual(yield* m.resident, [1])
      yield* pass(8_000, 500)
      assert.deepStrictEqual(yield* m.resident, [])
    })
  )

  it.effect("it is kept while somebody is inside", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits })
      yield* lab.found(1, people(1))
      const m = yield* lab.machine()
      yield* player(m, 1, 1)
      yield* pass(40_000, 1_000)
      assert.deepStrictEqual(yield* m.resident, [1])
      yield* m.call(1, { _tag: "Leave", id: 1, session: "s1" })
      yield* pass(20_000, 1_000)
      assert.deepStrictEqual(yield* m.resident, [])
    })
  )

  it.effect("while a message is on its way", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits })
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      yield* known(m, 1, 1).say("cross 9")
      yield* pass(40_000, 1_000)
      assert.deepStrictEqual(yield* m.resident, [1])
    })
  )

  it.effect(
    "while an Action that wakes is due within the horizon; one that does not wake is parked",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({ limits })
        for (const instance of [1, 2]) yield* lab.found(instance, people(1, true))
        const m = yield* lab.machine()
        for (const [instance, line] of [
          [1, "bell 28000 1 0"],
          [2, "tick 5000 99"]
        ] as const) {
          yield* known(m, instance, 1).say(line)
          yield* idle
          yield* m.call(instance, { _tag: "Leave", id: 1, session: "s1" })
        }
        yield* pass(25_000, 1_000)
        assert.deepStrictEqual(yield* m.resident, [1])
        assert.strictEqual((yield* lab.row(2, "person:1")).rung, 0)
        yield* pass(25_000, 1_000)
        assert.deepStrictEqual(yield* m.resident, [])
        assert.strictEqual((yield* lab.row(1, "person:1")).rung, 1)
        // They resume when somebody comes; missed times are skipped, on the old beat.
        const { queue } = yield* lab.kept(2)
        const first = [...queue.values()][0]!.runAt
        yield* player(m, 2, 1)
        yield* idle
        assert.strictEqual((yield* lab.row(2, "person:1")).rung, 1)
        const next = [...(yield* lab.kept(2)).queue.values()][0]!.runAt
        assert.isTrue(next > first && (next - first) % 5_000 === 0)
        assert.isTrue(next > (yield* lab.db.now))
      })
  )
})

inBothForms("memory", (laboratory) => {
  it.effect("past residentWeightMax idle instances go first, then callers are Overloaded", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { residentWeightMax: 6, linklessAfter: 1e9 } })
      yield* lab.found(1, people(3))
      yield* lab.found(2, people(3, true))
      yield* lab.found(3, people(3, true))
      yield* lab.found(4, people(3, true))
      const m = yield* lab.machine()
      yield* wake(m, 1)
      yield* wake(m, 2)
      // 1 is idle: it makes room.
      assert.strictEqual(tag(yield* wake(m, 3)), "Done")
      assert.deepStrictEqual([...(yield* m.resident)].sort(), [2, 3])
      // 2 and 3 have people inside.
      assert.strictEqual(tag(yield* wake(m, 4)), "Overloaded")
      assert.deepStrictEqual([...(yield* m.resident)].sort(), [2, 3])
    })
  )

  it.effect("also when many are woken at once", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { residentWeightMax: 6 } })
      for (let i = 1; i <= 6; i++) yield* lab.found(i, people(3, true))
      const m = yield* lab.machine()
      const answers = yield* Effect.forEach([1, 2, 3, 4, 5, 6], (i) => wake(m, i), {
        concurrency: "unbounded"
      })
      assert.strictEqual(answers.filter((a) => tag(a) === "Done").length, 2)
      assert.strictEqual(answers.filter((a) => tag(a) === "Overloaded").length, 4)
      assert.strictEqual((yield* m.resident).length, 2)
    })
  )
})
