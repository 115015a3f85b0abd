/** docs/protocols.md 4: transactions that fail. */
import { assert, it } from "@effect/vitest"
import { StoreError } from "@wr2/engine/InstanceStore"
import { Clock, Effect, Fiber } from "effect"
import type { Lab } from "./Lab.ts"
import { idle, inBothForms, known, once, pass, tag, text } from "./Lab.ts"
import { places } from "./Looks.ts"
import { people } from "./Yard.ts"

const fail = (reason: StoreError["reason"]) => () =>
  Effect.fail(new StoreError({ reason, message: "it was made to fail" }))

inBothForms("Contents", (laboratory) => {
  /** The database takes nobody at place 13. */
  const thirteen = (lab: Lab) =>
    lab.db.refuse((_, { rows }) =>
      rows.some((w) => w.op !== "delete" && w.row.place === 13) ? "place 13" : undefined
    )

  it.effect("one offender is dead-lettered, the others in its cycle are fine", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({
        faults: {
          before: once(
            (c) => c.method === "commit",
            () => Effect.sleep(200)
          )
        }
      })
      yield* lab.found(1, people(5, true))
      yield* thirteen(lab)
      const m = yield* lab.machine()
      const lines = ["n", "n", "go 13", "n", "stroll"]
      const all = yield* Effect.forEach(lines, (line, i) => known(m, 1, i + 1).start(line))
      yield* pass(1_000)
      const replies = (yield* Effect.forEach(all, Fiber.join)).flat().map(tag)
      assert.deepStrictEqual(new Set(replies), new Set(["Accepted"]))
      const tables = yield* lab.kept(1)
      assert.deepStrictEqual(places(tables), [1, 1, 0, 1, 1])
      assert.deepStrictEqual(
        [...tables.dead.values()].map((d) => [d.type, d.actor!.id]),
        [["Walk", 3]]
      )
      assert.strictEqual(tables.queue.size, 0)
      assert.strictEqual(tables.owner.epoch, 1)
    })
  )

  it.effect("a follow-up that offends is found: its parent is not condemned for it", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(2, true))
      yield* thirteen(lab)
      const m = yield* lab.machine()
      // 1 pushes 2 to place 13; the push itself only rings.
      yield* known(m, 1, 1).say("shove 1 13")
      yield* pass(500)
      const { dead, log } = yield* lab.kept(1)
      assert.deepStrictEqual(
        [...dead.values()].map((d) => d.type),
        ["Walk"]
      )
      assert.deepStrictEqual(
        [...log.values()].map((a) => a.type),
        ["Push"]
      )
    })
  )

  it.effect("a Command whose very acceptance is refused is Broken alone", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({
        faults: {
          before: once(
            (c) => c.method === "commit",
            () => Effect.sleep(200)
          )
        }
      })
      yield* lab.found(1, people(3, true))
      yield* lab.db.refuse((_, { cursors }) =>
        cursors.some((c) => c.actor === "person:2") ? "no cursor for 2" : undefined
      )
      const m = yield* lab.machine()
      const all = yield* Effect.forEach([1, 2, 3], (id) => known(m, 1, id).start("n"))
      yield* pass(1_000)
      const replies = (yield* Effect.forEach(all, Fiber.join)).flat().map(tag)
      assert.deepStrictEqual(replies, ["Accepted", "Broken", "Accepted"])
      assert.deepStrictEqual(places(yield* lab.kept(1)), [1, 0, 1])
    })
  )

  it.effect("acknowledged messages are not forgotten over it", () =>
    Effect.gen(function* () {
      let slow = false
      const lab = yield* laboratory({
        faults: {
          before: (c) =>
            slow && c.method === "commit" && c.instances.includes(1)
              ? Effect.sleep(300)
              : Effect.void
        }
      })
      yield* lab.found(1, people(3, true))
      yield* lab.found(2, [])
      const m = yield* lab.machine({ limits: { executors: 2 } })
      yield* m.call(2, { _tag: "Wake" })
      yield* lab.db.refuse((instance, { cursors }) =>
        instance === 1 && cursors.some((c) => c.actor === "person:2") ? "no" : undefined
      )
      yield* known(m, 1, 1).say("cross 2")
      slow = true
      // While this one is carried, the message is acknowledged; both go into the next cycle.
      yield* known(m, 1, 3).start("n")
      yield* pass(100)
      const refused = yield* known(m, 1, 2).start("n")
      yield* pass(3_000)
      assert.deepStrictEqual((yield* Fiber.join(refused)).map(tag), ["Broken"])
      assert.deepStrictEqual([...(yield* lab.kept(2)).rows.keys()], ["person:1"])
      assert.strictEqual((yield* lab.kept(1)).outbox.size, 0)
    })
  )
})

inBothForms("Transient", (laboratory) => {
  it.effect("the cycle again, whole, with backoff; then it is as if nothing had been", () =>
    Effect.gen(function* () {
      let left = 4
      const lab = yield* laboratory({
        faults: {
          before: (c) => (c.method === "commit" && left-- > 0 ? fail("Transient")() : Effect.void)
        }
      })
      yield* lab.found(1, people(2, true))
      const m = yield* lab.machine()
      const all = [yield* known(m, 1, 1).start("double"), yield* known(m, 1, 2).start("mint 2 5")]
      yield* pass(3_000)
      yield* Effect.forEach(all, Fiber.join)
      const { events, log, owner } = yield* lab.kept(1)
      assert.strictEqual(owner.epoch, 1)
      assert.deepStrictEqual(
        events.map((e) => e.seq),
        events.map((_, i) => i + 1)
      )
      assert.strictEqual(log.size, 5)
    })
  )

  it.effect(
    "what the database refuses for good is tried less often, at least every unusableRetryMax, until it takes it",
    () =>
      Effect.gen(function* () {
        let refusing = true
        const tries: Array<number> = []
        const lab = yield* laboratory({
          limits: { retryFirst: 20, retryMax: 100, unusableRetryMax: 1_000, readStaleness: 1e9 },
          faults: {
            before: (c) =>
              c.method === "commit" && refusing
                ? Effect.flatMap(Clock.currentTimeMillis, (now) => {
                    tries.push(now)
                    return fail("Unusable")()
                  })
                : Effect.void
          }
        })
        yield* lab.found(1, people(1, true))
        const m = yield* lab.machine()
        const said = yield* known(m, 1, 1).start("n")
        yield* pass(10_000)
        const waits = tries.slice(1).map((at, i) => at - tries[i]!)
        assert.isAbove(waits.length, 8)
        assert.isAtMost(Math.max(...waits), 1_050)
        assert.isAtLeast(Math.min(...waits.slice(-4)), 1_000)
        refusing = false
        yield* pass(1_100)
        assert.strictEqual(tag((yield* Fiber.join(said))[0]), "Accepted")
        const { dead, owner } = yield* lab.kept(1)
        assert.strictEqual(owner.epoch, 1)
        assert.strictEqual(dead.size, 0)
      })
  )

  it.effect("while the database is away Commands wait; past the bound they are Unavailable", () =>
    Effect.gen(function* () {
      let away = false
      const lab = yield* laboratory({
        limits: { commandsWaitingPerInstance: 5, readStaleness: 1e9 },
        faults: {
          before: () => Effect.suspend(() => (away ? fail("Transient")() : Effect.void))
        }
      })
      yield* lab.found(1, people(9, true))
      const m = yield* lab.machine()
      yield* m.call(1, { _tag: "Wake" })
      away = true
      const all = yield* Effect.forEach(Array.from({ length: 9 }), (_, i) =>
        Effect.andThen(known(m, 1, i + 1).start("n"), (fiber) => Effect.as(pass(300), fiber))
      )
      yield* pass(2_000)
      away = false
      yield* pass(2_000)
      const replies = (yield* Effect.forEach(all, Fiber.join)).flat().map(tag)
      assert.deepStrictEqual(
        replies.slice(0, 5),
        Array.from({ length: 5 }, () => "Accepted")
      )
      assert.deepStrictEqual(
        replies.slice(5),
        Array.from({ length: 4 }, () => "Unavailable")
      )
    })
  )

  it.effect("an owner row that somebody holds is waited out; its instance alone waits", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      yield* lab.found(2, people(1, true))
      const m = yield* lab.machine()
      yield* m.call(1, { _tag: "Wake" })
      yield* m.call(2, { _tag: "Wake" })
      const held = yield* Effect.scoped(
        Effect.gen(function* () {
          yield* lab.db.holdOwner(1)
          const one = yield* known(m, 1, 1).start("n")
          assert.strictEqual(tag((yield* known(m, 2, 1).say("n"))[0]), "Accepted")
          yield* pass(500)
          assert.isUndefined(one.pollUnsafe())
          return one
        })
      )
      yield* pass(2_000)
      assert.strictEqual(tag((yield* Fiber.join(held))[0]), "Accepted")
      assert.strictEqual((yield* lab.kept(1)).owner.epoch, 1)
    })
  )
})

inBothForms("Wrong, Unknown and foreign", (laboratory) => {
  for (const reason of ["Wrong", "Unknown"] as const) {
    for (const when of ["before", "after"] as const) {
      if (reason === "Wrong" && when === "after") continue
      it.effect(
        `${reason} (${when}): everything held is forgotten and read again, once done is once done`,
        () =>
          Effect.gen(function* () {
            const lab = yield* laboratory()
            yield* lab.found(1, people(2, true))
            let armed = false
            const fault = once((c) => armed && c.method === "commit", fail(reason))
            const m = yield* lab.machine({ faults: { [when]: fault } })
            yield* known(m, 1, 1).say("n")
            yield* idle
            armed = true
            const all = [
              yield* Effect.forkChild(
                known(m, 1, 1).send(text(2, "go 4"), text(3, "look"), text(4, "n")),
                {
                  startImmediately: true
                }
              ),
              yield* known(m, 1, 2).start("stroll")
            ]
            yield* pass(3_000)
            const replies = (yield* Effect.forEach(all, Fiber.join)).flat().map(tag)
            assert.deepStrictEqual(new Set(replies), new Set(["Accepted"]))
            const { log, owner, rows } = yield* lab.kept(1)
            assert.deepStrictEqual(places({ rows }), [6, 1])
            assert.strictEqual(log.size, 4)
            assert.strictEqual(owner.epoch, 2)
          })
      )
    }
  }

  it.effect("Fenced by a seq that exists: the instance is dropped, callers are told Moved", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine({
        faults: { before: once((c) => c.method === "commit", fail("Fenced")) }
      })
      assert.strictEqual(tag((yield* known(m, 1, 1).say("n"))[0]), "Moved")
      assert.deepStrictEqual(yield* m.resident, [])
    })
  )

  it.effect("a decide that breaks in the engine itself takes nobody else's instance along", () =>
    Effect.gen(function* () {
      let broken = true
      const lab = yield* laboratory({
        limits: { executors: 1 },
        faults: {
          before: once(
            (c) => c.method === "commit",
            () => Effect.sleep(200)
          )
        },
        store: (store) => ({
          ...store,
          commit: (cycles) =>
            store.commit(
              cycles.map((cycle) => ({
                ...cycle,
                decide: (locked) => {
                  if (cycle.instance === 1 && broken) {
                    broken = false
                    // What no adapter should bring back.
                    return cycle.decide({ ...locked, rows: undefined as never })
                  }
                  return cycle.decide(locked)
                }
              }))
            )
        })
      })
      for (const i of [1, 2, 3]) yield* lab.found(i, people(1, true))
      const m = yield* lab.machine()
      const all = yield* Effect.forEach([3, 2, 1], (i) => known(m, i, 1).start("n"))
      yield* pass(3_000)
      const replies = (yield* Effect.forEach(all, Fiber.join)).flat().map(tag)
      assert.deepStrictEqual(replies, ["Accepted", "Accepted", "Accepted"])
      const epochs = [1, 2, 3].map((i) => lab.db.state.owners.get(i)!.epoch)
      assert.deepStrictEqual(epochs, [2, 1, 1])
    })
  )
})
