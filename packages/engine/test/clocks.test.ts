/** docs/protocols.md 5: a process's clocks only decide when to look; wrong ones must not let timers sleep. */
import { assert, it } from "@effect/vitest"
import * as OffClock from "@wr2/testkit/OffClock"
import { Effect } from "effect"
import { inBothForms, known, opening, pass } from "./Lab.ts"
import { effects } from "./Looks.ts"
import { Coin, people } from "./Yard.ts"

inBothForms("a timer rings in time when", (laboratory) => {
  for (const [how, by] of [
    ["was ahead and is put right", 300_000],
    ["was behind and is put right", -300_000]
  ] as const) {
    it.effect(`its process's time of day ${how}`, () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({ limits: { linklessAfter: 1e9 } })
        yield* lab.found(1, people(1, true))
        const { clock, off } = yield* OffClock.make
        const m = yield* lab.machine({ clock })
        // The database, which goes by the same clock here, is right all the time.
        off.millis = by
        yield* lab.db.shiftClock(-by)
        yield* known(m, 1, 1).say("bell 3000 1 0")
        off.millis = 0
        yield* lab.db.shiftClock(0)
        yield* pass(5_000)
        assert.strictEqual((yield* lab.row(1, "person:1")).rung, 1)
      })
    )
  }

  it.effect("the machine slept, and with it the clock that only runs on", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { linklessAfter: 1e9 } })
      yield* lab.found(1, people(1, true))
      const { clock, off } = yield* OffClock.make
      const m = yield* lab.machine({ clock })
      yield* known(m, 1, 1).say("bell 22000 1 0")
      off.millis = 20_000
      yield* pass(20_000)
      const rang = (yield* lab.kept(1)).events.find(({ type }) => type === "Rang")
      // Within a look at the queue, not after all that it slept.
      assert.isBelow(rang?.at ?? Infinity, opening + 38_000)
    })
  )
})

inBothForms("what was to be done at once", (laboratory) => {
  it.effect("is done before what its actor says next, also where the clock was set back", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { linklessAfter: 1e9 } })
      yield* lab.found(1, [...people(3, true), Coin.row({ id: 50, holder: 1, value: 5 })])
      const first = yield* lab.machine()
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* lab.db.holdRow(1, Coin.ref(50))
          yield* known(first, 1, 1).say("hand 3")
          yield* pass(300)
          yield* first.crash
          yield* lab.db.shiftClock(-2_000)
          const m = yield* lab.machine()
          yield* Effect.forkChild(known(m, 1, 1, "s1", { n: 2 }).say("n"))
          yield* pass(500)
          assert.strictEqual((yield* lab.row(1, "person:1")).place, 0)
        })
      )
      yield* pass(1_000)
      assert.deepStrictEqual(
        effects(yield* lab.kept(1)).map(({ type }) => type),
        ["Hand", "Walk"]
      )
    })
  )
})
