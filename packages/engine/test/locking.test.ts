/** docs/protocols.md 2: what a cycle locks, and what it does without. */
import { assert, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { inBothForms, known, once, pass, tag } from "./Lab.ts"
import { effects, pending } from "./Looks.ts"
import { Coin, people, Person } from "./Yard.ts"

const slowCommit = (millis: number) => ({
  before: once(
    (c) => c.method === "commit",
    () => Effect.sleep(millis)
  )
})
const coin = (id: number, holder: number) => Coin.row({ id, holder, value: 1 })

inBothForms("lock sets", (laboratory, queueFirst) => {
  it.effect(
    "are computed again just before decide; who lacks a lock goes back and loses nothing",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({ faults: slowCommit(300) })
        const rows = people(3, true)
        yield* lab.found(1, rows)
        const m = yield* lab.machine()
        const [p, q, r] = [1, 2, 3].map((id) => known(m, 1, id))
        // The first commit holds the others up, so that they come into one cycle: 2 walks to where 3 is.
        const started = [
          yield* p!.start("go 9"),
          yield* q!.start("go 5"),
          yield* r!.start("greet", "n")
        ]
        yield* pass(1_000)
        const replies = yield* Effect.forEach(started, Fiber.join)
        assert.isTrue(replies.flat().every((reply) => reply._tag === "Accepted"))
        assert.strictEqual((yield* lab.kept(1)).dead.size, 0)
      })
  )

  it.effect(
    "what goes back takes all later ones of its actor along, to the front of the next cycle",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory()
        // 1 walks to where 3 is and greets: the lock set grows by 3, which only the next cycle locks.
        yield* lab.found(
          1,
          [
            Person.row({ id: 1, name: "p1", place: 0, rung: 0 }),
            Person.row({ id: 3, name: "p3", place: 5, rung: 0 })
          ],
          [
            pending(1, 1, { type: "Walk" }, { person: 1, by: 5 }),
            pending(2, 1, { type: "Greet" }, { person: 1 }),
            pending(3, 1)
          ]
        )
        const m = yield* lab.machine()
        yield* m.call(1, { _tag: "Wake" })
        const done = effects(yield* lab.kept(1))
        assert.deepStrictEqual(
          done.map((a) => a.type),
          ["Walk", "Greet", "Ring"]
        )
        // In a cycle of its own: it is the first of its cycle.
        assert.deepStrictEqual(
          done.map((a) => a.position),
          [0, 0, 1]
        )
        assert.strictEqual((yield* lab.row(1, "person:1")).rung, 1)
        assert.strictEqual((yield* lab.kept(1)).queue.size, 0)
      })
  )

  it.effect("what went back is first in the next cycle, whoever else is urgent", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { batchMax: 2 } })
      yield* lab.found(
        1,
        [
          Person.row({ id: 1, name: "p1", place: 0, rung: 0 }),
          Person.row({ id: 2, name: "p2", place: 5, rung: 0 }),
          Person.row({ id: 3, name: "p3", place: 7, rung: 0 })
        ],
        [
          pending(1, 1, { type: "Walk", priority: 100 }, { person: 1, by: 5 }),
          pending(2, 1, { type: "Greet", priority: -100 }, { person: 1 }),
          ...[3, 4, 5, 6].map((no) => pending(no, 3, { priority: 50 }))
        ]
      )
      yield* (yield* lab.machine()).call(1, { _tag: "Wake" })
      assert.deepStrictEqual(
        effects(yield* lab.kept(1)).map((a) => a.no),
        [1, 2, 3, 4, 5, 6]
      )
    })
  )

  it.effect("created in the cycle counts as locked", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(2, true), [
        pending(1, 1, { type: "Mint" }, { person: 1, count: 2, value: 3 }),
        pending(2, 1, { type: "Hand" }, { person: 1, to: 2 }),
        pending(3, 1, { type: "Melt" }, { person: 1 })
      ])
      yield* (yield* lab.machine()).call(1, { _tag: "Wake" })
      const { log, rows } = yield* lab.kept(1)
      assert.deepStrictEqual(
        [...log.values()].map((a) => [a.type, a.outcome, a.position]),
        [
          ["Mint", "done", 0],
          ["Hand", "done", 1],
          ["Melt", "done", 2]
        ]
      )
      const coins = [...rows.values()].filter(({ aggregate }) => aggregate._tag === "Coin")
      assert.deepStrictEqual(
        coins.map(({ row }) => row.holder),
        [2]
      )
    })
  )

  it.effect("removed in the cycle reads as absent: Gone, a typed failure", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(2, true), [
        pending(1, 1, { type: "Cross" }, { person: 1, target: 9 }),
        pending(2, 2, { type: "Push" }, { person: 2, whom: 1, by: 1 }),
        pending(3, null, { type: "Walk" }, { person: 1, by: 1 })
      ])
      yield* (yield* lab.machine()).call(1, { _tag: "Wake" })
      const { dead, log } = yield* lab.kept(1)
      assert.strictEqual(dead.size, 0)
      assert.deepStrictEqual(
        [...log.values()].filter((a) => a.type === "Walk").map((a) => [a.outcome, a.reason]),
        [
          ["refused", { _tag: "Gone", aggregate: "Person", id: 1 }],
          ["refused", { _tag: "Gone", aggregate: "Person", id: 1 }]
        ]
      )
    })
  )

  it.effect("somebody's lock: back with backoff, then Refused Busy after lockSkipsMax", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { lockSkipsMax: 3 } })
      yield* lab.found(1, people(2, true))
      const m = yield* lab.machine()
      const [p, q] = [known(m, 1, 1), known(m, 1, 2)]
      yield* q.say("n")
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* lab.db.holdRow(1, Person.ref(1))
          yield* p.say("n")
          yield* pass(1_000)
          assert.strictEqual(tag((yield* q.say("n"))[0]), "Accepted")
        })
      )
      const { events, log } = yield* lab.kept(1)
      const busy = [...log.values()].find((a) => a.outcome === "refused")!
      assert.deepStrictEqual([busy.type, busy.reason], ["Walk", { _tag: "Busy" }])
      const told = events.find((e) => e.type === "ActionRefused")!
      assert.deepStrictEqual(told.streams, ["person:1"])
      yield* p.say("n")
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 1)
    })
  )

  it.effect(
    "what the world itself does waits for no other that it does: each for its own rows",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory()
        const world = { actor: { type: "system", id: 0 } }
        const soon = (yield* lab.db.now) + 100
        yield* lab.found(1, people(4, true), [
          pending(1, 1, world),
          pending(2, 2, world),
          pending(3, 3, { ...world, runAt: soon })
        ])
        const m = yield* lab.machine()
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* lab.db.holdRow(1, Person.ref(1))
            yield* m.call(1, { _tag: "Wake" })
            yield* pass(500)
            const rung = yield* Effect.forEach([1, 2, 3], (id) => lab.row(1, `person:${id}`))
            assert.deepStrictEqual(
              rung.map((person) => person.rung),
              [0, 1, 1]
            )
          })
        )
        yield* pass(500)
        assert.strictEqual((yield* lab.row(1, "person:1")).rung, 1)
      })
  )

  for (const [what, by] of [
    ["nobody does", { actor: null }],
    ["the world does", { actor: { type: "system", id: 0 } }],
    ["a mob does", { actor: { type: "Dog", id: 1 } }],
    ["comes of what a player did", { actor: { type: "Person", id: 1 }, cause: 7 }]
  ] as const) {
    it.effect(`what ${what} is never Busy: what recurs would end with it`, () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({ limits: { lockSkipsMax: 3 } })
        const recurs = { person: 1, times: 3, every: 1_000 }
        yield* lab.found(1, people(1, true), [pending(1, null, by, recurs)])
        const m = yield* lab.machine()
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* lab.db.holdRow(1, Person.ref(1))
            yield* m.call(1, { _tag: "Wake" })
            yield* pass(5_000)
          })
        )
        yield* pass(3_000)
        assert.strictEqual((yield* lab.row(1, "person:1")).rung, 3)
        const { dead, log } = yield* lab.kept(1)
        assert.deepStrictEqual([log.size, dead.size], [3, 0])
      })
    )
  }

  it.effect("while one waits for a lock, nothing newer of its actor overtakes it", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, [...people(3, true), coin(50, 1)])
      const m = yield* lab.machine()
      const [p, q] = [known(m, 1, 1), known(m, 1, 2)]
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* lab.db.holdRow(1, Coin.ref(50))
          yield* p.say("hand 3")
          yield* pass(300)
          // 2 forces 1 to walk, on a row that is free.
          yield* q.say("shove 1 4")
          yield* pass(300)
          assert.strictEqual((yield* lab.row(1, "person:1")).place, 0)
        })
      )
      yield* pass(1_000)
      const mine = effects(yield* lab.kept(1)).filter((a) => a.actor?.id === 1)
      assert.deepStrictEqual(
        mine.map((a) => a.type),
        ["Hand", "Walk"]
      )
    })
  )

  it.effect("a runtime row that somebody holds counts as its owner held", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* lab.db.holdRow(1, Person.ref(1), "runtime")
          yield* p.say("n")
          yield* pass(300)
          assert.strictEqual((yield* lab.row(1, "person:1")).place, 0)
        })
      )
      yield* pass(1_000)
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 1)
    })
  )

  it.effect("a queue row is kept while its Action goes back, and is written for a new one", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* lab.db.holdRow(1, Person.ref(1))
          const [reply] = yield* p.say("n")
          assert.strictEqual(reply!._tag, "Accepted")
          assert.strictEqual((yield* lab.kept(1)).queue.size, 1)
          yield* pass(500)
          assert.strictEqual((yield* lab.kept(1)).queue.size, 1)
        })
      )
      yield* pass(1_000)
      assert.strictEqual((yield* lab.kept(1)).queue.size, 0)
    })
  )

  it.effect(
    "reading or changing a row outside the lock set is a defect, of that Action alone",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory()
        yield* lab.found(1, people(1, true))
        const p = known(yield* lab.machine(), 1, 1)
        yield* p.say("wrong unlocked", "wrong reach", "n")
        const { dead } = yield* lab.kept(1)
        const [read, changed] = [...dead.values()]
        assert.match(read!.error, /not in its lock set/)
        assert.match(changed!.error, /did not lock/)
        assert.strictEqual((yield* lab.row(1, "person:1")).place, 1)
      })
  )

  void queueFirst
})
