/** docs/protocols.md 4: plans, views and rules that break. */
import { assert, it } from "@effect/vitest"
import { Overran } from "@wr2/engine/DecideGuard"
import type { Guard } from "@wr2/engine/DecideGuard"
import { StoreError } from "@wr2/engine/InstanceStore"
import type { Locked } from "@wr2/engine/InstanceStore"
import { Planner } from "@wr2/engine/Planner"
import { Effect, Fiber, Layer } from "effect"
import { guardOf } from "./guard.ts"
import { inBothForms, known, pass, player, tag, text } from "./Lab.ts"
import { pending, places } from "./Looks.ts"
import { people, Person } from "./Yard.ts"

const fail = (reason: StoreError["reason"]) => () =>
  Effect.fail(new StoreError({ reason, message: "it was made to fail" }))
/** A Planner that spends something with each plan. */
const spendingPlanner = (spend: () => void) =>
  Effect.succeed({
    planner: Layer.effect(
      Planner,
      Effect.map(Planner, ({ plan }) => ({
        plan: (input: Parameters<typeof plan>[0]) => {
          spend()
          return plan(input)
        }
      }))
    )
  })

inBothForms("Broken plans", (laboratory) => {
  it.effect("a plan that throws is Rejected Broken with a reference; nothing is written", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(2, true))
      const m = yield* lab.machine()
      const [broken] = yield* known(m, 1, 1).say("wrong plan")
      assert.strictEqual(tag(broken), "Broken")
      assert.isString((broken as any).reason.reference)
      assert.strictEqual((yield* lab.kept(1)).log.size, 0)
      assert.strictEqual(tag((yield* known(m, 1, 2).say("n"))[0]), "Accepted")
    })
  )

  it.effect("one that overruns, too; only the culprit suffers", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ guard: guardOf(40) })
      yield* lab.found(1, people(3, true))
      const m = yield* lab.machine()
      const [p, q, r] = [1, 2, 3].map((id) => known(m, 1, id))
      const all = [
        yield* p!.start("n", "n"),
        yield* q!.start("wrong planspin", "n"),
        yield* r!.start("n")
      ]
      const replies = (yield* Effect.forEach(all, Fiber.join)).flat().map(tag)
      assert.deepStrictEqual(replies, ["Accepted", "Accepted", "Broken", "Accepted", "Accepted"])
      assert.deepStrictEqual(places(yield* lab.kept(1)), [2, 1, 1])
    })
  )

  it.effect("nobody is Broken because of all together", () =>
    Effect.gen(function* () {
      // A limit that counts what is planned under it: eight plans are too many, one is not.
      let inside = 0
      const limited: Guard = (_, thunk) => {
        const outer = inside
        inside = 8
        try {
          return thunk()
        } finally {
          inside = outer
        }
      }
      const lab = yield* laboratory({
        guard: limited,
        parts: yield* spendingPlanner(() => {
          if (inside > 0 && --inside === 0) throw new Overran()
        })
      })
      yield* lab.found(1, people(20, true))
      const m = yield* lab.machine()
      const all = yield* Effect.forEach(Array.from({ length: 20 }), (_, i) =>
        known(m, 1, i + 1).start("look")
      )
      const replies = (yield* Effect.forEach(all, Fiber.join)).flat().map(tag)
      assert.deepStrictEqual(new Set(replies), new Set(["Accepted"]))
    })
  )

  it.effect(
    "a view that throws or overruns is Rejected Broken; after writing Actions it shows nothing",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({ guard: guardOf(40) })
        yield* lab.found(1, people(2, true))
        const m = yield* lab.machine()
        const [p, q] = [known(m, 1, 1), known(m, 1, 2)]
        const all = [
          yield* p.start("peek throw", "peek spin", "strollpeek throw", "strollpeek spin"),
          yield* q.start("stroll", "look")
        ]
        const [mine, others] = yield* Effect.forEach(all, Fiber.join)
        assert.deepStrictEqual(mine!.map(tag), ["Broken", "Broken", "Accepted", "Accepted"])
        assert.deepStrictEqual(
          others!.map((r) => (r._tag === "Accepted" ? r.answers.length : r)),
          [1, 1]
        )
        assert.deepStrictEqual(places(yield* lab.kept(1)), [2, 1])
      })
  )

  it.effect("a Snapshot that breaks is the business of who enters", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ guard: guardOf(40) })
      yield* lab.found(1, [
        Person.row({ id: 1, name: "p1", place: -50, rung: 0 }),
        Person.row({ id: 2, name: "p2", place: -51, rung: 0 }),
        Person.row({ id: 3, name: "p3", place: 0, rung: 0 })
      ])
      const m = yield* lab.machine()
      const entered = yield* Effect.forEach([1, 2, 3], (id) => player(m, 1, id), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(
        entered.map(({ inside }) => tag(inside)),
        ["Broken", "Broken", "Inside"]
      )
      assert.strictEqual(tag((yield* entered[2]!.say("n"))[0]), "Accepted")
      assert.strictEqual((yield* lab.kept(1)).owner.epoch, 1)
    })
  )
})

inBothForms("Defects", (laboratory) => {
  it.effect(
    "throw, read unlocked, payload, no rule: dead letter with all it takes, the rest goes on",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory()
        yield* lab.found(1, people(1, true), [
          pending(1, 1, { type: "Misbehave" }, { person: 1, how: "throw" }),
          pending(2, 1, { type: "Walk" }, { person: 1, by: "far" }),
          pending(3, 1, { type: "Dance" }, {}),
          pending(4, 1, { type: "Walk" }, { person: 1, by: 2 })
        ])
        const m = yield* lab.machine()
        yield* m.call(1, { _tag: "Wake" })
        const { dead, events, log, queue } = yield* lab.kept(1)
        assert.deepStrictEqual([...dead.keys()], [1, 2, 3])
        assert.deepStrictEqual([...log.keys()], [4])
        assert.strictEqual(queue.size, 0)
        const [first] = [...dead.values()]
        assert.deepInclude(first, { payload: { person: 1, how: "throw" }, seed: 1, idBase: null })
        assert.deepInclude(first, { runner: m.name, attempts: 0, asOf: 0, rowsLeftOut: 0 })
        assert.deepStrictEqual(
          [...dead.values()].map((d) => d.rows?.map(({ aggregate, id }) => [aggregate, id])),
          [[["Person", 1]], undefined, undefined]
        )
        assert.isAbove(first!.now, 0)
        assert.match(first!.error, /written to throw/)
        const told = events.filter((e) => e.type === "ActionFailed")
        assert.deepStrictEqual(
          told.map((e) => JSON.parse(e.payload).reference),
          [...dead.values()].map((d) => d.reference)
        )
        assert.isTrue(told.every((e) => e.streams.length === 1 && e.streams[0] === "person:1"))
      })
  )

  it.effect("its effects are dropped: what it had emitted before is not written", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      yield* known(m, 1, 1).say("wrong half", "wrong flee", "n")
      const { events, outbox, rows } = yield* lab.kept(1)
      assert.deepStrictEqual(
        events.map((e) => [e.seq, e.type]),
        [
          [1, "ActionFailed"],
          [2, "ActionFailed"],
          [3, "Walked"]
        ]
      )
      assert.strictEqual(outbox.size, 0)
      assert.deepInclude(rows.get("person:1")!.row, { place: 1, rung: 0 })
    })
  )

  it.effect("a rule that spins is ended by the time limit: it alone is a dead letter", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ guard: guardOf(50) })
      yield* lab.found(1, people(4, true))
      const m = yield* lab.machine()
      const lines = ["n", "wrong spin", "stroll", "wrong spin"]
      const all = yield* Effect.forEach(lines, (line, i) => known(m, 1, i + 1).start(line, "n"))
      const replies = (yield* Effect.forEach(all, Fiber.join)).flat().map(tag)
      assert.deepStrictEqual(new Set(replies), new Set(["Accepted"]))
      const tables = yield* lab.kept(1)
      assert.deepStrictEqual(
        [...tables.dead.values()].map((d) => [d.type, d.actor!.id]),
        [
          ["Misbehave", 2],
          ["Misbehave", 4]
        ]
      )
      assert.deepStrictEqual(places(tables), [2, 1, 2, 1])
      assert.strictEqual(tables.owner.epoch, 1)
    })
  )

  it.effect("and is not run again when the transaction is repeated", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ guard: guardOf(50) })
      yield* lab.found(1, people(1, true))
      // The database has had enough of waiting: its first transactions end while the rule spins.
      let left = 2
      const took: Array<number> = []
      const m = yield* lab.machine({
        store: (store) => ({
          ...store,
          commit: (cycles) =>
            Effect.suspend(() => {
              const ends = left > 0
              const timed = cycles.map((cycle) => ({
                ...cycle,
                decide: (locked: Locked) => {
                  const began = performance.now()
                  const writes = cycle.decide(locked)
                  if (writes?.dead.length) {
                    took.push(performance.now() - began)
                    left--
                  }
                  return ends && writes?.dead.length ? undefined : writes
                }
              }))
              return Effect.flatMap(store.commit(timed), (done) =>
                ends && left < 2 ? fail("Transient")() : Effect.succeed(done)
              )
            })
        })
      })
      const spun = yield* known(m, 1, 1).start("wrong spin")
      yield* pass(1_000)
      yield* Fiber.join(spun)
      assert.strictEqual((yield* lab.kept(1)).dead.size, 1)
      assert.strictEqual(took.length, 3)
      assert.deepStrictEqual(
        took.map((millis) => millis > 40),
        [true, false, false]
      )
    })
  )
})

inBothForms("a row that does not decode", (laboratory) => {
  it.effect(
    "is quarantined: who needs it is a dead letter with what was read; the instance is up for the others",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory()
        yield* lab.found(1, people(2, true))
        yield* lab.db.editRow(1, Person.ref(1), (row) => ({ ...row, place: "nowhere" }))
        const m = yield* lab.machine()
        assert.strictEqual(tag((yield* known(m, 1, 2).say("n"))[0]), "Accepted")
        yield* known(m, 1, 2).send(text(2, "shove 1 2"))
        const { dead, log } = yield* lab.kept(1)
        assert.isFalse([...log.values()].some((a) => a.actor?.id === 1))
        const [letter] = [...dead.values()]
        assert.match(letter!.error, /Person 1 does not decode/)
        assert.deepStrictEqual(letter!.rows, [
          {
            aggregate: "Person",
            id: 1,
            row: { id: 1, name: "p1", place: "nowhere", rung: 0 },
            runtime: { session: "s1", mood: "here" },
            corrupt: true
          }
        ])
      })
  )

  it.effect("runtime data that does not decode is built anew", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      yield* lab.db.editRuntime(1, Person.ref(1), { data: { session: "s1", mood: 7 } })
      const m = yield* lab.machine()
      const p = yield* player(m, 1, 1)
      assert.strictEqual(tag(p.inside), "Inside")
      assert.deepStrictEqual(yield* lab.events(1), ["RuntimeRebuilt", "Joined"])
    })
  )
})
