/** docs/protocols.md 5: timers; and what becomes of a recurrence. */
import { assert, it } from "@effect/vitest"
import { ActionQueue } from "@wr2/engine/ActionQueue"
import { StoreError } from "@wr2/engine/InstanceStore"
import type { ActionRecord } from "@wr2/engine/Records"
import { Effect, Layer } from "effect"
import { idle, inBothForms, known, pass, player } from "./Lab.ts"
import type { Lab } from "./Lab.ts"
import { people } from "./Yard.ts"

const pending = (
  no: number,
  runAt: number,
  type = "Ring",
  payload: unknown = null
): ActionRecord => ({
  no,
  type,
  version: 1,
  payload: payload ?? { person: 1, times: 1, every: 0 },
  actor: { type: "Person", id: 1 },
  commandId: null,
  cause: null,
  key: `pending ${no}`,
  seed: no,
  priority: 0,
  runAt,
  attempts: 0,
  depth: 0
})
/** When the Events of a type happened, since the beginning. */
const times = Effect.fnUntraced(function* (lab: Lab, began: number, type = "Rang") {
  const { events } = yield* lab.kept(1)
  return events.filter((e) => e.type === type).map((e) => e.at - began)
})

inBothForms("timers", (laboratory) => {
  it.effect("an Action of later is a queue row, and runs when the database's clock says so", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      const began = yield* lab.db.now
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      yield* p.say("bell 5000 1 0")
      assert.strictEqual((yield* lab.kept(1)).queue.size, 1)
      yield* pass(4_900)
      assert.deepStrictEqual(yield* times(lab, began), [])
      yield* pass(300)
      const [rang] = yield* times(lab, began)
      assert.isTrue(rang! >= 5_000 && rang! <= 5_100, `${rang}`)
      assert.strictEqual((yield* lab.kept(1)).queue.size, 0)
    })
  )

  it.effect("run_at is kept over a restart", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      const began = yield* lab.db.now
      yield* lab.found(1, people(1, true))
      const first = yield* lab.machine()
      yield* known(first, 1, 1).say("bell 5000 1 0", "bell 9000 1 0")
      yield* idle
      yield* first.crash
      yield* pass(7_000)
      const second = yield* lab.machine()
      yield* second.call(1, { _tag: "Wake" })
      yield* pass(3_000)
      const [overdue, due] = yield* times(lab, began)
      assert.isTrue(overdue! >= 7_000 && overdue! <= 7_200, `${overdue}`)
      assert.isTrue(due! >= 9_000 && due! <= 9_200, `${due}`)
    })
  )

  it.effect("beyond the horizon they stay in the database until it comes near", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { timersHorizon: 2_000, linklessAfter: 1e9 } })
      const began = yield* lab.db.now
      yield* lab.found(1, people(1, true), [pending(1, began + 1_500), pending(2, began + 7_000)])
      const m = yield* lab.machine()
      yield* known(m, 1, 1).say("bell 9000 1 0")
      yield* pass(12_000)
      const rang = yield* times(lab, began)
      assert.deepStrictEqual(
        rang.map((at) => Math.floor(at / 500) * 500),
        [1_500, 7_000, 9_000]
      )
      assert.isTrue(m.calls.filter((c) => c === "due 1").length > 3)
    })
  )

  it.effect("what is queued while the range is read is neither lost nor run twice", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({
        limits: { timersHorizon: 2_000, linklessAfter: 1e9 },
        faults: { after: (c) => (c.method === "due" ? Effect.sleep(150) : Effect.void) }
      })
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      for (let i = 0; i < 40; i++) {
        yield* p.start(`bell ${900 + i * 37} 1 0`)
        yield* pass(100)
      }
      yield* pass(6_000)
      assert.strictEqual((yield* lab.row(1, "person:1")).rung, 40)
      assert.strictEqual((yield* lab.kept(1)).log.size, 40)
    })
  )

  it.effect(
    "more than are read at once are read in parts, also when all are due at the same time",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({
          limits: { timersLoadMax: 5, timersHorizon: 2_000, linklessAfter: 1e9 }
        })
        const began = yield* lab.db.now
        const far = Array.from({ length: 12 }, (_, i) => pending(i + 1, began + 4_000 + i * 10))
        const same = Array.from({ length: 12 }, (_, i) => pending(i + 20, began + 6_000))
        yield* lab.found(1, people(1, true), [...far, ...same])
        yield* (yield* lab.machine()).call(1, { _tag: "Wake" })
        yield* pass(8_000)
        assert.strictEqual((yield* lab.row(1, "person:1")).rung, 24)
        assert.deepStrictEqual(
          [...(yield* lab.kept(1)).log.keys()],
          [...far, ...same].map(({ no }) => no)
        )
      })
  )

  it.effect("a look that fails is made again; nothing runs out of its order meanwhile", () =>
    Effect.gen(function* () {
      let away = false
      const lab = yield* laboratory({
        limits: { timersHorizon: 2_000, linklessAfter: 1e9, readStaleness: 1e9 },
        faults: {
          before: (c) =>
            away && c.method === "due"
              ? Effect.fail(new StoreError({ reason: "Transient", message: "away" }))
              : Effect.void
        }
      })
      const began = yield* lab.db.now
      yield* lab.found(1, people(1, true), [pending(1, began + 4_000)])
      const m = yield* lab.machine()
      yield* m.call(1, { _tag: "Wake" })
      away = true
      yield* pass(5_000)
      // The bell is due, and nobody knows of it: the walk must not overtake it.
      yield* known(m, 1, 1).start("n")
      yield* pass(500)
      away = false
      yield* pass(500)
      yield* known(m, 1, 1).say("n")
      const done = [...(yield* lab.kept(1)).log.values()].map((a) => a.type)
      assert.deepStrictEqual(done, ["Ring", "Walk"])
    })
  )

  it.effect("a transport that hands everything over twice does no harm", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({
        limits: { timersHorizon: 2_000, linklessAfter: 1e9 },
        parts: {
          queue: Layer.effect(
            ActionQueue,
            Effect.map(ActionQueue, (queue) => ({
              ...queue,
              due: (instance: number, range: Parameters<typeof queue.due>[1]) =>
                Effect.map(queue.due(instance, range), (records) => [...records, ...records])
            }))
          )
        }
      })
      const began = yield* lab.db.now
      yield* lab.found(1, people(1, true), [pending(1, began + 4_000), pending(2, began + 4_100)])
      yield* (yield* lab.machine()).call(1, { _tag: "Wake" })
      yield* pass(6_000)
      const { dead, log, owner } = yield* lab.kept(1)
      assert.deepStrictEqual([log.size, dead.size, owner.epoch], [2, 0, 1])
    })
  )
})

inBothForms("recurrence", (laboratory) => {
  it.effect("counts from the planned time: no drift, however late each one is run", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({
        faults: { before: (c) => (c.method === "commit" ? Effect.sleep(130) : Effect.void) }
      })
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      yield* p.start("bell 0 6 1000")
      yield* pass(8_000, 10)
      const planned = [...(yield* lab.kept(1)).log.values()].map((a) => a.runAt)
      assert.strictEqual(planned.length, 6)
      assert.deepStrictEqual(
        planned.map((at) => at - planned[0]!),
        [0, 1_000, 2_000, 3_000, 4_000, 5_000]
      )
    })
  )

  it.effect("missed times are skipped, keeping the beat", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { linklessAfter: 1e9 } })
      const began = yield* lab.db.now
      yield* lab.found(1, people(1, true))
      const first = yield* lab.machine()
      yield* known(first, 1, 1).say("tick 1000 50")
      yield* idle
      yield* first.crash
      yield* pass(5_500, 500)
      yield* player(yield* lab.machine(), 1, 1)
      yield* pass(2_200)
      const planned = [...(yield* lab.kept(1)).log.values()]
        .filter((a) => a.type === "Tick")
        .map((a) => a.runAt - began)
      assert.deepStrictEqual(planned, [1_000, 6_000, 7_000])
    })
  )

  it.effect("unless declared otherwise: then each is run, in its order", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { linklessAfter: 1e9, causationDepthMax: 4 } })
      const began = yield* lab.db.now
      yield* lab.found(1, people(1, true))
      const first = yield* lab.machine()
      yield* known(first, 1, 1).say("tock 1000 400", "bell 3500 1 0")
      yield* idle
      yield* first.crash
      yield* pass(300_000, 50_000)
      yield* (yield* lab.machine()).call(1, { _tag: "Wake" })
      yield* pass(3_000)
      const { dead, log } = yield* lab.kept(1)
      assert.strictEqual(dead.size, 0)
      const done = [...log.values()]
        .filter((a) => a.firstSeq !== null)
        .sort((a, b) => a.firstSeq! - b.firstSeq!)
        .map((a) => [a.type, a.runAt - began] as const)
      assert.deepStrictEqual(done.slice(0, 5), [
        ["Tock", 1_000],
        ["Tock", 2_000],
        ["Tock", 3_000],
        ["Ring", 3_500],
        ["Tock", 4_000]
      ])
      assert.isAtLeast(done.length, 301)
    })
  )

  it.effect("one that does not wake is parked while nobody is there", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { linklessAfter: 1e9 } })
      const began = yield* lab.db.now
      yield* lab.found(1, people(1), [
        pending(1, began + 1_000, "Tick", { person: 1, every: 1_000, times: 50 }),
        pending(2, began + 1_000, "Tock", { person: 1, every: 1_000, times: 50 })
      ])
      const m = yield* lab.machine()
      yield* m.call(1, { _tag: "Wake" })
      yield* pass(3_500)
      const types = () => Effect.map(lab.kept(1), ({ log }) => [...log.values()].map((a) => a.type))
      assert.deepStrictEqual(yield* types(), ["Tock", "Tock", "Tock"])
      yield* player(m, 1, 1)
      yield* pass(1_000)
      assert.include(yield* types(), "Tick")
    })
  )
})
