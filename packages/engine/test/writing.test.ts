/** docs/protocols.md 2: time, new ids, and what is written. */
import { assert, it } from "@effect/vitest"
import type { Aggregate } from "@wr2/core"
import type { Kept } from "@wr2/engine/Memory"
import { Effect, Fiber } from "effect"
import { idle, inBothForms, known, once, pass, tag } from "./Lab.ts"
import { effects, pending } from "./Looks.ts"
import { people, Person } from "./Yard.ts"

const slowCommit = (millis: number) => ({
  before: once(
    (c) => c.method === "commit",
    () => Effect.sleep(millis)
  )
})

inBothForms("now", (laboratory) => {
  it.effect("is the database's clock, never below the instance's last now", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      const p = known(m, 1, 1)
      yield* lab.db.shiftClock(60_000)
      yield* p.say("n")
      const first = yield* lab.db.now
      yield* lab.db.shiftClock(-60_000)
      yield* p.say("n")
      const times = effects(yield* lab.kept(1)).map((a) => a.now)
      assert.deepStrictEqual(times, [first, first])
      // Also across owners.
      yield* m.crash
      yield* known(yield* lab.machine(), 1, 1)
        .at(yield* lab.machine())
        .say("n", "n", "n")
      const later = effects(yield* lab.kept(1)).map((a) => a.now)
      assert.isTrue(later.every((now) => now === first))
    })
  )

  it.effect("an Action whose run_at is later by that clock goes back until it is due", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      yield* p.say("bell 1000 1 0")
      const due = [...(yield* lab.kept(1)).queue.values()][0]!.runAt
      // The database's clock stands back: the process believes that it is due.
      yield* lab.db.shiftClock(-700)
      yield* pass(1_100)
      assert.strictEqual((yield* lab.row(1, "person:1")).rung, 0)
      yield* pass(1_000)
      const [, rang] = [...(yield* lab.kept(1)).log.values()]
      const [only] = effects(yield* lab.kept(1))
      assert.strictEqual((rang ?? only)!.runAt, due)
      assert.isTrue(only!.now >= due)
    })
  )
})

inBothForms("new ids", (laboratory) => {
  it.effect(
    "are global and logged by their first; a cycle that takes many is no defect",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({ limits: { idBlock: 100 } })
        yield* lab.found(1, people(30, true))
        yield* lab.found(2, people(1, true))
        const m = yield* lab.machine({ faults: slowCommit(100) })
        const all = yield* Effect.forEach(Array.from({ length: 30 }), (_, i) =>
          known(m, 1, i + 1).start("mint 500 1")
        )
        const other = yield* known(m, 2, 1).start("mint 3 1")
        yield* pass(500)
        yield* Effect.forEach([...all, other], Fiber.join)
        const tables = yield* lab.kept(1)
        assert.strictEqual(tables.dead.size, 0)
        const coins = (kept: Kept) =>
          [...kept.rows.values()]
            .filter(({ aggregate }) => aggregate._tag === "Coin")
            .map(({ id }) => id)
        const ids = [...coins(tables), ...coins(yield* lab.kept(2))]
        assert.strictEqual(ids.length, 15_003)
        assert.strictEqual(new Set(ids).size, 15_003)
        // What one Action took is its logged base and the next ones.
        for (const { idBase, payload } of tables.log.values()) {
          const { count } = payload as { count: number }
          for (let i = 0; i < count; i++) assert.isTrue(ids.includes(idBase! + i))
        }
      }),
    20_000
  )

  it.effect("an Action that takes none logs none", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(2, true), [
        pending(1, 1, { type: "Mint" }, { person: 1, count: 1, value: 1 }),
        pending(2, 1, { type: "Walk" }, { person: 1, by: -5 }),
        pending(3, 1, { type: "Misbehave" }, { person: 1, how: "throw" }),
        pending(4, 1)
      ])
      yield* (yield* lab.machine()).call(1, { _tag: "Wake" })
      const { dead, log } = yield* lab.kept(1)
      assert.deepStrictEqual(
        [...log.values()].map((a) => a.idBase !== null),
        [true, false, false]
      )
      assert.isNull([...dead.values()][0]!.idBase)
    })
  )
})

inBothForms("what is written", (laboratory) => {
  it.effect(
    "is the difference per row: made and removed is nothing, changed and back again is",
    () =>
      Effect.gen(function* () {
        const written: Array<Aggregate.Ref & { readonly op: string }> = []
        const lab = yield* laboratory({
          store: (store) => ({
            ...store,
            commit: (cycles) =>
              store.commit(
                cycles.map((cycle) => ({
                  ...cycle,
                  decide: (locked) => {
                    const writes = cycle.decide(locked)
                    for (const { aggregate, id, op } of writes?.rows ?? [])
                      written.push({ aggregate, id, op })
                    return writes
                  }
                }))
              )
          })
        })
        yield* lab.found(1, people(1, true), [
          pending(1, 1, { type: "Mint" }, { person: 1, count: 1, value: 1 }),
          pending(2, 1, { type: "Melt" }, { person: 1 })
        ])
        yield* (yield* lab.machine()).call(1, { _tag: "Wake" })
        assert.deepStrictEqual(yield* lab.events(1), ["Minted", "Melted"])
        assert.deepStrictEqual(
          written.map(({ op }) => op),
          []
        )
      })
  )

  it.effect(
    "a row that the projection did not expect: a foreign write, the instance is activated again",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory()
        yield* lab.found(1, people(2, true))
        const m = yield* lab.machine()
        const [p, q] = [known(m, 1, 1), known(m, 1, 2)]
        yield* p.say("n")
        yield* idle
        yield* lab.db.editRow(1, Person.ref(1), (row) => ({ ...row, place: 50 }))
        const [one, two] = [yield* p.start("n"), yield* q.start("n")]
        yield* pass(1_000)
        assert.strictEqual(tag((yield* Fiber.join(one))[0]), "Accepted")
        assert.strictEqual(tag((yield* Fiber.join(two))[0]), "Accepted")
        const { log, owner, rows } = yield* lab.kept(1)
        assert.deepStrictEqual(
          [...rows.values()].map(({ row }) => row.place),
          [51, 1]
        )
        assert.strictEqual(log.size, 3)
        assert.strictEqual(owner.epoch, 2)
      })
  )

  it.effect(
    "so for a runtime row that was changed, came or went; old or dirty ones are rebuilt",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory()
        yield* lab.found(1, people(1, true))
        const m = yield* lab.machine()
        const p = known(m, 1, 1)
        yield* p.say("n")
        yield* lab.db.editRuntime(1, Person.ref(1), { data: { session: "s1", mood: "edited" } })
        yield* p.start("n")
        yield* pass(1_000)
        assert.strictEqual((yield* lab.kept(1)).owner.epoch, 2)
        yield* lab.db.editRuntime(1, Person.ref(1), { dirty: true })
        yield* p.start("n")
        yield* pass(1_000)
        const { events, owner, runtimes } = yield* lab.kept(1)
        assert.strictEqual(owner.epoch, 2)
        assert.deepStrictEqual(
          events.map((e) => e.type),
          ["Walked", "Walked", "RuntimeRebuilt", "Walked"]
        )
        const rebuilt = JSON.parse(events[2]!.payload)
        assert.deepStrictEqual(rebuilt.data, runtimes.get("person:1")!.data)
        assert.isFalse(runtimes.get("person:1")!.dirty)
      })
  )
})
