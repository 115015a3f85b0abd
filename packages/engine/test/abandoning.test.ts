/** A caller that gave up: what was not looked at by then never is; what was, goes on. */
import { assert, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { inBothForms, known, once, pass, player, tag, text } from "./Lab.ts"
import type { Machine } from "./Lab.ts"
import { people } from "./Yard.ts"

const enter = (m: Machine, session: string) => m.call(1, { _tag: "Enter", id: 1, session })
const start = <A>(effect: Effect.Effect<A>) => Effect.forkChild(effect, { startImmediately: true })
/** The first call of a port takes this long. */
const slow = (method: string, millis: number) => ({
  before: once(
    (c) => c.method === method,
    () => Effect.sleep(millis)
  )
})

inBothForms("who gave up", (laboratory) => {
  it.effect("is not let in when the instance is up at last", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ faults: slow("activate", 1_000) })
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      const late = yield* start(enter(m, "given up"))
      yield* pass(100)
      yield* Fiber.interrupt(late)
      yield* pass(2_000)
      // As it was: the session that is inside speaks, and nothing was written.
      assert.strictEqual((yield* lab.kept(1)).events.length, 0)
      assert.strictEqual(tag((yield* known(m, 1, 1).say("n"))[0]), "Accepted")
    })
  )

  it.effect("nor after the cycle that was under way", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ faults: slow("commit", 1_000) })
      yield* lab.found(1, people(2, true))
      const m = yield* lab.machine()
      const other = yield* known(m, 1, 2).start("n")
      yield* pass(100)
      const late = yield* start(enter(m, "given up"))
      const frame = yield* known(m, 1, 1).start("n", "n")
      yield* pass(100)
      yield* Fiber.interrupt(late)
      yield* Fiber.interrupt(frame)
      yield* pass(2_000)
      assert.strictEqual(tag((yield* Fiber.join(other))[0]), "Accepted")
      const { log, rows } = yield* lab.kept(1)
      assert.deepStrictEqual(
        [...log.values()].map(({ commandId }) => commandId),
        ["person:2#1"]
      )
      assert.strictEqual((rows.get("person:1")!.row as { place: number }).place, 0)
    })
  )

  it.effect("nor when what held it back is done", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ faults: slow("commit", 1_000) })
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      const first = yield* start(enter(m, "second"))
      yield* pass(100)
      const late = yield* start(enter(m, "given up"))
      yield* pass(100)
      yield* Fiber.interrupt(late)
      yield* pass(2_000)
      assert.strictEqual((yield* Fiber.join(first))._tag, "Inside")
      assert.strictEqual(tag((yield* known(m, 1, 1, "second").say("n"))[0]), "Accepted")
    })
  )

  it.effect("nor by the activation that follows on one that went wrong", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ faults: slow("commit", 500) })
      yield* lab.found(1, people(2, true))
      const m = yield* lab.machine()
      const other = yield* known(m, 1, 2).start("n")
      yield* pass(100)
      const late = yield* start(enter(m, "given up"))
      yield* pass(100)
      // Its cycle cannot be known, so the instance begins anew, with what nobody has answered.
      for (const fiber of yield* m.executors) yield* Effect.forkDetach(Fiber.interrupt(fiber))
      yield* Fiber.interrupt(late)
      yield* pass(3_000)
      assert.strictEqual(tag((yield* Fiber.join(other))[0]), "Accepted")
      assert.isAbove((yield* lab.kept(1)).owner.epoch, 1)
      assert.strictEqual(tag((yield* known(m, 1, 1).say("n"))[0]), "Accepted")
    })
  )

  it.effect("leaves what is in his inbox: it happens once, and its answer is kept", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ faults: slow("commit", 1_000) })
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      const p = known(m, 1, 1)
      // The first of the two is answered at once, the second is in the cycle under way.
      const frame = yield* p.start("dance", "n")
      yield* pass(100)
      yield* Fiber.interrupt(frame)
      yield* pass(2_000)
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 1)
      const again = yield* p.send(text(1, "dance"), text(2, "n"))
      assert.strictEqual(tag(again[1]), "Accepted")
      assert.strictEqual((yield* lab.kept(1)).log.size, 1)
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 1)
    })
  )

  for (const up of [false, true]) {
    it.effect(
      `takes his room until he is looked for, and no longer (${up ? "a cycle is under way" : "not up yet"})`,
      () =>
        Effect.gen(function* () {
          const lab = yield* laboratory({
            limits: { commandsWaitingPerInstance: 4, passivateAfter: 2_000, passivateHorizon: 0 },
            faults: slow(up ? "commit" : "activate", 2_000)
          })
          yield* lab.found(1, people(9))
          const m = yield* lab.machine()
          if (up) {
            yield* Effect.forkDetach(enter(m, "first"))
            yield* pass(100)
          }
          const gone: Array<string> = []
          for (const id of [2, 3, 4, 5, 6, 7]) {
            const caller = yield* start(player(m, 1, id))
            yield* pass(10, 10)
            const answer = caller.pollUnsafe()
            gone.push(answer?._tag === "Success" ? tag(answer.value.inside) : "nothing")
            yield* Fiber.interrupt(caller)
          }
          // However many give up and ask again, no more than so many are kept.
          const most = up ? 3 : 4
          assert.deepStrictEqual(
            gone,
            gone.map((_, i) => (i < most ? "nothing" : "Overloaded"))
          )
          yield* pass(3_000)
          assert.strictEqual((yield* player(m, 1, 9)).inside._tag, "Inside")
          if (up) yield* m.call(1, { _tag: "Leave", id: 1, session: "first" })
          yield* m.call(1, { _tag: "Leave", id: 9, session: "s9" })
          assert.strictEqual((yield* lab.kept(1)).runtimes.size, 0)
          // Nothing of them is left that would keep the instance here.
          yield* pass(10_000)
          assert.deepStrictEqual(yield* m.resident, [])
        })
    )
  }
})
