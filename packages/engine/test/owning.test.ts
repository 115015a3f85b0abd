/** docs/protocols.md 3: owning an instance. */
import { assert, it } from "@effect/vitest"
import { StoreError } from "@wr2/engine/InstanceStore"
import { Effect, Fiber, Latch } from "effect"
import { idle, inBothForms, known, make, pass, player, tag, text } from "./Lab.ts"
import type { Machine } from "./Lab.ts"
import { people } from "./Yard.ts"

const wake = (m: Machine, instance = 1) => m.call(instance, { _tag: "Wake" })

inBothForms("two owners", (laboratory) => {
  it.effect(
    "the one with the current epoch commits; the other writes nothing and answers Moved",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory()
        yield* lab.found(1, people(2, true))
        const [old, young] = [yield* lab.machine(), yield* lab.machine()]
        const p = known(old, 1, 1)
        yield* p.say("n")
        yield* idle
        yield* old.freeze
        const stuck = yield* p.start("go 7")
        yield* idle
        assert.strictEqual(tag((yield* known(young, 1, 2).say("n"))[0]), "Accepted")
        yield* old.thaw
        assert.strictEqual(tag((yield* Fiber.join(stuck))[0]), "Moved")
        const { events, log, rows } = yield* lab.kept(1)
        assert.deepStrictEqual(
          [...rows.values()].map(({ row }) => row.place),
          [1, 1]
        )
        assert.deepStrictEqual([events.length, log.size], [2, 2])
        assert.deepStrictEqual(yield* old.resident, [])
      })
  )

  it.effect("each repeats the same n as often as it likes: it happens once", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const [a, b] = [yield* lab.machine(), yield* lab.machine()]
      for (let n = 1; n <= 6; n++) {
        const intent = text(n, "n", n - 1)
        // The gateway bounds each call and sends the same n again, here to both in turn.
        for (const m of [a, b, a]) yield* Effect.ignore(known(m, 1, 1).send(intent))
        yield* pass(500)
      }
      yield* pass(3_000)
      const { events, log, rows } = yield* lab.kept(1)
      assert.strictEqual(rows.get("person:1")!.row.place, 6)
      assert.strictEqual(log.size, 6)
      assert.deepStrictEqual(
        events.map(({ seq }) => seq),
        [1, 2, 3, 4, 5, 6]
      )
    })
  )
})

inBothForms("reads of an owner that slept", (laboratory) => {
  it.effect(
    "within readStaleness are answered from memory, past it the epoch is confirmed first",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({ limits: { readStaleness: 2_000 } })
        yield* lab.found(1, people(1, true))
        const m = yield* lab.machine()
        const p = known(m, 1, 1)
        yield* p.say("n")
        yield* pass(1_000)
        yield* p.say("look", "dance")
        assert.isFalse(m.calls.includes("confirm 1"))
        yield* pass(2_000)
        yield* p.say("look")
        assert.isTrue(m.calls.includes("confirm 1"))
      })
  )

  it.effect(
    "a zombie answers neither reads, rejections nor Snapshots; everybody is told Moved",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({ limits: { readStaleness: 2_000 } })
        yield* lab.found(1, people(2, true))
        const [old, young] = [yield* lab.machine(), yield* lab.machine()]
        yield* known(old, 1, 1).say("n")
        yield* idle
        yield* old.freeze
        yield* known(young, 1, 1).send(text(2, "go 4", 1))
        yield* pass(3_000)
        const look = yield* known(old, 1, 1).start("look")
        const dance = yield* known(old, 1, 2).start("dance")
        const enter = yield* Effect.forkChild(
          old.call(1, { _tag: "Enter", id: 1, session: "s1" }),
          {
            startImmediately: true
          }
        )
        const claim = yield* Effect.forkChild(old.call(1, { _tag: "Claim", sessions: [] }), {
          startImmediately: true
        })
        yield* old.thaw
        yield* pass(1_000)
        assert.strictEqual(tag((yield* Fiber.join(look))[0]), "Moved")
        assert.strictEqual(tag((yield* Fiber.join(dance))[0]), "Moved")
        assert.strictEqual(tag(yield* Fiber.join(enter)), "Moved")
        assert.strictEqual(tag(yield* Fiber.join(claim)), "Moved")
      })
  )

  it.effect("or are Unavailable, when the database does not answer", () =>
    Effect.gen(function* () {
      let away = false
      const lab = yield* laboratory({
        limits: { readStaleness: 2_000 },
        faults: {
          before: () =>
            Effect.suspend(() =>
              away
                ? Effect.fail(new StoreError({ reason: "Transient", message: "away" }))
                : Effect.void
            )
        }
      })
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      yield* wake(m)
      away = true
      yield* pass(2_500)
      const [look] = yield* known(m, 1, 1).say("look")
      assert.strictEqual(tag(look), "Unavailable")
      away = false
      yield* pass(100)
      assert.strictEqual(tag((yield* known(m, 1, 1).say("look"))[0]), "Accepted")
    })
  )

  it.effect(
    "the lease counts from before the question: a confirmation that slept confirms nothing",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({ limits: { readStaleness: 2_000 } })
        yield* lab.found(1, people(1, true))
        const gate = Latch.makeUnsafe(true)
        const [old, young] = [
          yield* lab.machine({
            faults: { after: (call) => (call.method === "confirm" ? gate.await : Effect.void) }
          }),
          yield* lab.machine()
        ]
        yield* wake(old)
        yield* pass(3_000)
        // Confirmed by the database; the answer is read only after another has taken over.
        gate.closeUnsafe()
        const look = yield* known(old, 1, 1).start("look")
        yield* idle
        yield* known(young, 1, 1).say("n")
        yield* pass(5_000)
        gate.openUnsafe()
        yield* pass(1_000)
        assert.notStrictEqual(tag((yield* Fiber.join(look))[0]), "Accepted")
      })
  )
})

inBothForms("an owner that sleeps through its own commit", (laboratory) => {
  it.effect("lets nobody look at what it left: others may have gone on since", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { readStaleness: 2_000 } })
      yield* lab.found(1, people(2))
      const gate = Latch.makeUnsafe(true)
      const [old, young] = [
        yield* lab.machine({
          faults: { after: (c) => (c.method === "commit" ? gate.await : Effect.void) }
        }),
        yield* lab.machine()
      ]
      const q = yield* player(old, 1, 2)
      yield* idle
      gate.closeUnsafe()
      const [entering, strolling] = [
        yield* Effect.forkChild(player(old, 1, 1), { startImmediately: true }),
        yield* q.start("stroll")
      ]
      yield* pass(1_000)
      // Both are committed; another owner goes on, and this one hears of its commit much later.
      yield* young.call(1, { _tag: "Wake" })
      yield* pass(4_000)
      gate.openUnsafe()
      yield* pass(1_000)
      const { inside } = yield* Fiber.join(entering)
      assert.notStrictEqual(tag(inside), "Inside")
      const [strolled] = yield* Fiber.join(strolling)
      if (strolled?._tag === "Accepted") assert.deepStrictEqual(strolled.answers, [])
      // Asked again, it is answered by who owns the instance now.
      assert.strictEqual(tag((yield* player(young, 1, 1)).inside), "Inside")
    })
  )
})

it.effect("an instance is born as a snapshot at seq 0; there is no other way to be", () =>
  Effect.gen(function* () {
    const lab = yield* make()
    yield* lab.found(1, people(1, true))
    assert.deepStrictEqual([...(yield* lab.kept(1)).snapshots.keys()], [0])
    const m = yield* lab.machine()
    assert.strictEqual(tag(yield* wake(m, 77)), "NoInstance")
    assert.deepStrictEqual(yield* m.resident, [])
  })
)
