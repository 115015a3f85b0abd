/** docs/consumers.md: what befalls consumers, and what is left of it: each Command once. */
import { assert, beforeEach, it } from "@effect/vitest"
import { Dice, Hash } from "@wr2/core"
import { StoreError } from "@wr2/engine/InstanceStore"
import type * as Memory from "@wr2/engine/Memory"
import { Effect } from "effect"
import * as Echo from "./Echo.ts"
import { offset, rung, steps, wake } from "./Echo.ts"
import { Person } from "./Yard.ts"
import { inBothForms, known, once, pass, tag } from "./Lab.ts"
import type { Lab, Machine, Options } from "./Lab.ts"

const settled = 5_000
const lost = (reason: StoreError["reason"]) => new StoreError({ reason, message: "lost" })

beforeEach(Echo.forget)

inBothForms("a consumer, whatever happens,", (laboratory, queueFirst) => {
  const lab1 = (options?: Options, instances?: number) =>
    Echo.peopled(laboratory, options, instances)

  it.effect(
    "is had once, whichever call its runner dies at, before or after it",
    () =>
      Effect.gen(function* () {
        const cells = new Map<string, number>()
        const run = Effect.fnUntraced(function* (at: number, when: "before" | "after") {
          let left = at
          let died = ""
          const die = (call: Memory.Call) =>
            Effect.suspend(() => {
              if (call.method === "heartbeat" || left-- !== 0) return Effect.void
              died = `${when} ${call.port}.${call.method}`
              return Effect.andThen(machine.crash, Effect.interruptible(Effect.never))
            })
          const lab = yield* lab1({ limits: { passivateAfter: 2_000 } }, 2)
          const machine: Machine = yield* lab.machine({ faults: { [when]: die } })
          const p = known(machine, 1, 1)
          const plays = yield* p.start("n", "cross 2")
          yield* pass(300)
          const q = known(machine, 1, 2)
          const others = yield* q.start("n", "n")
          yield* pass(4_000)
          plays.interruptUnsafe()
          others.interruptUnsafe()
          if (died === "") return false
          cells.set(died, (cells.get(died) ?? 0) + 1)
          // Its successor; the Waker, and whoever plays asks again.
          const next = yield* lab.machine()
          yield* wake(next, 1)
          yield* wake(next, 2)
          yield* pass(settled)
          const taken = (yield* steps(lab, 1)) + (yield* steps(lab, 2))
          let bells = 0
          for (const instance of [1, 2])
            for (const id of [1, 2]) bells += (yield* rung(lab, instance, id)) ?? 0
          // Born in both: those who were there before nobody came, count once.
          assert.strictEqual(bells, taken, `${died} (call ${at})`)
          for (const instance of [1, 2])
            assert.strictEqual((yield* lab.kept(instance)).dead.size, 0)
          return true
        })
        for (const when of ["before", "after"] as const)
          for (let at = 0; yield* run(at, when); at++);
        for (const cell of [
          "before InstanceStore.commit",
          "after InstanceStore.commit",
          "before ConsumerOffsets.advance",
          "after ConsumerOffsets.advance",
          "before ConsumerOffsets.open",
          "after ConsumerOffsets.open",
          "after ConsumerOffsets.enrol"
        ])
          assert.isAbove(cells.get(cell) ?? 0, 0, cell)
      }),
    60_000
  )

  it.effect(
    "two of a name at once do no harm: one frozen, one who took over, both awake again",
    () =>
      Effect.gen(function* () {
        const lab = yield* lab1()
        const one = yield* lab.machine()
        yield* known(one, 1, 1).say("n")
        yield* pass(100)
        const p = known(one, 1, 2)
        yield* p.start("n", "n", "n")
        yield* one.freeze
        const two = yield* lab.machine()
        yield* wake(two)
        yield* known(two, 1, 2).start("n", "n")
        yield* pass(3_000)
        yield* one.thaw
        for (let i = 0; i < 30; i++) {
          // To the one and to the other, who throw each other out, until it is had.
          const n = 2 + Math.floor(i / 6)
          yield* known(i % 2 === 0 ? one : two, 1, 1, "s1", { n }).start("n")
          yield* pass(300)
        }
        yield* pass(settled)
        const bells = (yield* rung(lab, 1, 1)) + (yield* rung(lab, 1, 2))
        assert.strictEqual(bells, yield* steps(lab))
        assert.isAtLeast(bells, 4)
        assert.strictEqual(offset(lab)!.seq, yield* Echo.newest(lab))
      })
  )

  it.effect("finds who has gone to another instance meanwhile, and further", () =>
    Effect.gen(function* () {
      const lab = yield* lab1({}, 1)
      for (const instance of [2, 3]) yield* lab.found(instance, [])
      // Instance 1's consumer is held up until the walker is two portals on.
      let held = true
      const m = yield* lab.machine({
        faults: {
          before: (call) =>
            held && call.method === "open" && call.instances.includes(1)
              ? Effect.fail(lost("Transient"))
              : Effect.void
        }
      })
      const p = known(m, 1, 1)
      yield* p.say("n", "n", "cross 2")
      yield* pass(500)
      yield* p.at(m, 2).say("n", "cross 3")
      yield* pass(500)
      assert.include(yield* lab.events(3), "Arrived")
      held = false
      yield* pass(60_000)
      assert.strictEqual(yield* rung(lab, 3), 3)
      for (const instance of [1, 2, 3]) assert.strictEqual((yield* lab.kept(instance)).dead.size, 0)
    })
  )

  it.effect("does not lose it when the walker leaves in the very cycle", () =>
    Effect.gen(function* () {
      for (let wait = 0; wait < 12; wait++) {
        const lab = yield* lab1()
        yield* lab.found(2, [])
        const m = yield* lab.machine({ limits: { queueFirst } })
        const p = known(m, 1, 1)
        yield* p.start("n")
        for (let i = 0; i < wait; i++) yield* Effect.yieldNow
        yield* p.start("cross 2")
        yield* pass(2_000)
        assert.strictEqual(yield* rung(lab, 2), 1)
      }
    })
  )

  it.effect("waits for a row that somebody holds, however long: it is never Busy", () =>
    Effect.gen(function* () {
      const lab = yield* lab1({ limits: { lockSkipsMax: 3 } })
      const hold = Effect.scoped(
        Effect.andThen(lab.db.holdRow(1, Person.ref(1)), Effect.sleep(10_000))
      )
      const m = yield* lab.machine({
        faults: {
          after: once(
            // Held from the step on, before the bell.
            (c) => c.method === "commit" && (lab.db.state.instances.get(1)?.events.length ?? 0) > 0,
            () => Effect.asVoid(Effect.forkDetach(hold, { startImmediately: true }))
          )
        }
      })
      yield* known(m, 1, 1).start("n")
      yield* pass(5_000)
      assert.strictEqual(yield* rung(lab), 0)
      yield* pass(10_000)
      assert.strictEqual(yield* rung(lab), 1)
    })
  )

  it.effect("goes on through failures of the database, whichever call they befall", () =>
    Effect.gen(function* () {
      for (const method of ["open", "advance", "read", "enrol", "asleep"]) {
        for (const when of ["before", "after"] as const) {
          const lab = yield* lab1()
          const m = yield* lab.machine({
            faults: {
              [when]: once(
                (c) => c.method === method,
                () => Effect.fail(lost("Unknown"))
              )
            }
          })
          const p = known(m, 1, 1)
          yield* p.say("n", "n")
          yield* pass(3_000)
          yield* p.say("n", "n")
          yield* pass(settled)
          assert.strictEqual(yield* rung(lab), 4, `${when} ${method}`)
          assert.strictEqual(offset(lab)!.seq, yield* Echo.newest(lab))
        }
      }
    })
  )

  it.effect(
    "is had once, by the seed of its misfortune",
    () =>
      Effect.gen(function* () {
        let count = 0
        for (let seed = 1; seed <= 6; seed++) {
          const { bells, dead, taken } = yield* misfortune(lab1, `${seed} ${queueFirst}`)
          assert.strictEqual(bells, taken, `seed ${seed}`)
          assert.strictEqual(dead, 0, `seed ${seed}`)
          count += taken
        }
        assert.isAbove(count, 50)
      }),
    60_000
  )
})

/** Two people walk about in two instances of processes that fail, freeze, die and throw each other out. */
const misfortune = Effect.fnUntraced(function* (
  laboratory: (options?: Options, instances?: number) => Effect.Effect<Lab>,
  seed: string
) {
  const dice = Dice.fromSeed(Hash.int53(`consumers ${seed}`))
  let calm = false
  const fate = (call: Memory.Call) =>
    Effect.suspend(() => {
      if (calm || call.method === "heartbeat") return Effect.void
      if (dice.chance(15)) return Effect.sleep(dice.between(1, 80))
      return dice.chance(5)
        ? Effect.fail(lost(dice.pick(["Transient", "Unknown"] as const)!))
        : Effect.void
    })
  // Owners change so often here that an Action can be unlucky many times through no fault of its own.
  const lab = yield* laboratory({ limits: { attemptsMax: 1_000 } })
  yield* lab.found(2, [])
  const start = lab.machine({ faults: { before: fate, after: fate } })
  const machines = [yield* start, yield* start]
  const play = Effect.fnUntraced(function* (id: number) {
    let at = 1
    for (let n = 1; n <= 10; n++) {
      const line = dice.pick(["n", "n", "n", "n", `cross ${3 - at}`])!
      for (let had = false; !had;) {
        const session = `s${id}`
        const tries = known(dice.pick(machines)!, at, id, session, { n }).say(line)
        const reply = yield* Effect.timeoutOption(tries, 1_000)
        const outcome = reply._tag === "None" ? "late" : tag(reply.value[0])
        if (outcome === "Travelling") at = 3 - at
        had = outcome === "Accepted" || outcome === "AlreadyAnswered"
        yield* Effect.sleep(had ? dice.between(0, 300) : 100)
      }
    }
  })
  const chaos = Effect.gen(function* () {
    while (!calm) {
      yield* Effect.sleep(dice.between(100, 900))
      const at = dice.between(0, 1)
      const m = machines[at]!
      switch (dice.pick(["crash", "freeze", "release", "wake"] as const)!) {
        case "crash":
          yield* m.crash
          machines[at] = yield* start
          break
        case "freeze":
          yield* m.freeze
          yield* Effect.forkDetach(Effect.delay(m.thaw, dice.between(100, 3_000)))
          break
        case "release":
          yield* Effect.forkDetach(m.release(dice.between(1, 2)))
          break
        case "wake":
          yield* Effect.forkDetach(wake(m, dice.between(1, 2)))
      }
    }
  })
  const players = yield* Effect.forEach([1, 2], (id) => Effect.forkDetach(play(id)))
  yield* Effect.forkDetach(chaos)
  for (let turns = 0; players.some((fiber) => fiber.pollUnsafe() === undefined); turns++) {
    assert.isBelow(turns, 400, `seed ${seed}: the players do not come to an end`)
    yield* pass(250, 50)
    // Long enough; now they only have to finish.
    if (turns === 200) calm = true
  }
  calm = true
  yield* pass(5_000)
  for (const m of machines) for (const instance of [1, 2]) yield* wake(m, instance)
  yield* pass(15_000, 250)
  const taken = (yield* steps(lab, 1)) + (yield* steps(lab, 2))
  let [bells, dead] = [0, 0]
  for (const instance of [1, 2]) {
    for (const id of [1, 2]) bells += yield* rung(lab, instance, id)
    dead += (yield* lab.kept(instance)).dead.size
  }
  return { bells, dead, taken }
})
