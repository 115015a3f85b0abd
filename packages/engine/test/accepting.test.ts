/** docs/protocols.md 1: accepting a Command. */
import { assert, it } from "@effect/vitest"
import { Rejected } from "@wr2/core"
import { rejected } from "@wr2/engine/Ingress"
import { StoreError } from "@wr2/engine/InstanceStore"
import { Effect, Fiber } from "effect"
import { inBothForms, known, once, pass, tag, text } from "./Lab.ts"
import { places } from "./Looks.ts"
import { people, Person } from "./Yard.ts"

/** All that a reply tells. */
const said = (reply: unknown): string =>
  ((reply as { readonly answers?: ReadonlyArray<{ readonly payload: string }> }).answers ?? [])
    .map(({ payload }) => payload)
    .join("")

inBothForms("accepting a Command", (laboratory, queueFirst) => {
  it.effect("n rises by one; the cursor is written with the Actions that it accepts", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      assert.deepStrictEqual((yield* p.say("n", "n")).map(tag), ["Accepted", "Accepted"])
      const { cursors, log } = yield* lab.kept(1)
      assert.strictEqual(cursors.get("person:1")!.lastN, 2)
      assert.deepStrictEqual(
        [...log.values()].map((a) => a.commandId),
        ["person:1#1", "person:1#2"]
      )
    })
  )

  it.effect("n <= last_n is never planned again: the reply is repeated while it is kept", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      const p = known(m, 1, 1)
      const first = (yield* p.send(text(1, "n")))[0]!
      assert.deepStrictEqual(yield* p.send(text(1, "n")), [first])
      assert.deepStrictEqual(yield* p.send(text(1, "go 7")), [first])
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 1)
      // Also by the next owner, from the cursor's row.
      yield* m.crash
      const again = yield* p.at(yield* lab.machine()).send(text(1, "n"))
      assert.deepStrictEqual(again, [first])
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 1)
    })
  )

  it.effect("replies up to settled are dropped; what was dropped is AlreadyAnswered", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      yield* p.send(text(1, "n"), text(2, "n"), text(3, "n", 2))
      assert.deepStrictEqual((yield* p.send(text(1, "n"), text(2, "n"))).map(tag), [
        "AlreadyAnswered",
        "AlreadyAnswered"
      ])
      assert.strictEqual(tag((yield* p.send(text(3, "n")))[0]), "Accepted")
      const { cursors } = yield* lab.kept(1)
      assert.deepStrictEqual(
        cursors.get("person:1")!.replies.map(({ n }) => n),
        [3]
      )
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 3)
    })
  )

  it.effect("no more than repliesKept are kept, and none is dropped: the next is Overloaded", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { repliesKept: 2 } })
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      const [first, , third] = yield* p.send(text(1, "n", 0), text(2, "dance", 0), text(3, "n", 0))
      assert.strictEqual(tag(third), "Overloaded")
      assert.deepStrictEqual((yield* p.send(text(1, "n", 0)))[0], first)
      // One that it has settled makes room.
      assert.strictEqual(tag((yield* p.send(text(3, "n", 1)))[0]), "Accepted")
      assert.deepStrictEqual(
        (yield* lab.kept(1)).cursors.get("person:1")!.replies.map(({ n }) => n),
        [2, 3]
      )
      assert.strictEqual(tag((yield* p.send(text(2, "dance", 1)))[0]), "UnknownVerb")
      assert.strictEqual(tag((yield* p.send(text(1, "n", 1)))[0]), "AlreadyAnswered")
    })
  )

  it.effect(
    "a cursor is written with answersKept characters of answers, the latest; older ones are empty",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({ limits: { answersKept: 100 } })
        yield* lab.found(1, people(1, true))
        const p = known(yield* lab.machine(), 1, 1)
        const looks = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => text(n, "look", 0))
        const shown = yield* p.send(...looks, text(10, "n", 0))
        const { replies } = (yield* lab.kept(1)).cursors.get("person:1")!
        const lengths = replies.map(({ reply }) => said(reply).length)
        // The latest, whole: those of before are empty. The tenth is a step, and says nothing.
        const whole = said(shown[8]).length
        const last = Math.floor(100 / whole)
        const empty = Array<number>(9 - last).fill(0)
        assert.deepStrictEqual(lengths, [...empty, ...Array<number>(last).fill(whole), 0])
        // Where it was answered, all of it is repeated.
        assert.deepStrictEqual((yield* p.send(text(1, "look", 0)))[0], shown[0])
      })
  )

  it.effect(
    "the next n is 1 + the greatest of last_n, settled and the last answered unwritten",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory()
        yield* lab.found(1, people(1, true))
        const m = yield* lab.machine()
        const p = known(m, 1, 1)
        // Rejected: answered, not written; the next one follows on it.
        assert.deepStrictEqual((yield* p.send(text(1, "dance"), text(2, "n"))).map(tag), [
          "UnknownVerb",
          "Accepted"
        ])
        assert.strictEqual(tag((yield* p.send(text(3, "dance")))[0]), "UnknownVerb")
        // A successor knows nothing of 3, but the client says that it is settled.
        yield* m.crash
        const q = p.at(yield* lab.machine())
        assert.strictEqual(tag((yield* q.send(text(4, "n", 3)))[0]), "Accepted")
        assert.strictEqual((yield* lab.row(1, "person:1")).place, 2)
      })
  )

  it.effect("one that comes too early is held back until what is missing has come", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      const third = yield* Effect.forkChild(p.send(text(3, "go 5")))
      const second = yield* Effect.forkChild(p.send(text(2, "s")))
      yield* pass(500)
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 0)
      yield* p.send(text(1, "n"))
      assert.strictEqual(tag((yield* Fiber.join(second))[0]), "Accepted")
      assert.strictEqual(tag((yield* Fiber.join(third))[0]), "Accepted")
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 5)
      assert.deepStrictEqual(yield* lab.events(1), ["Walked", "Walked", "Walked"])
    })
  )

  it.effect("or it is OutOfOrder with the n expected, from which the client goes on", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { outOfOrderWait: 1_000 } })
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      const early = yield* Effect.forkChild(p.send(text(5, "n"), text(6, "n")))
      yield* pass(1_500)
      assert.deepStrictEqual(
        yield* Fiber.join(early),
        [5, 6].map((n) => rejected(n, new Rejected.OutOfOrder({ expected: 1 })))
      )
      yield* p.send(text(1, "n"), text(2, "n"))
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 2)
    })
  )

  it.effect("answers that wrote nothing join the replies when the cursor is next written", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      const p = known(m, 1, 1)
      const before = yield* p.send(text(1, "dance"), text(2, "look"))
      assert.deepStrictEqual(yield* p.send(text(1, "n"), text(2, "n")), before)
      assert.strictEqual((yield* lab.kept(1)).cursors.size, 0)
      yield* p.send(text(3, "n"))
      yield* m.crash
      const after = yield* p.at(yield* lab.machine()).send(text(1, "n"), text(2, "n"))
      assert.deepStrictEqual(after, before)
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 1)
    })
  )

  it.effect("acknowledged after the commit, never before", () =>
    Effect.gen(function* () {
      let reached = false
      const lab = yield* laboratory({
        faults: {
          before: (call) =>
            call.method === "commit" ? (reached ? Effect.never : Effect.void) : Effect.void
        }
      })
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      reached = true
      const waits = yield* p.start("n")
      yield* pass(10_000)
      assert.isUndefined(waits.pollUnsafe())
      assert.strictEqual((yield* lab.kept(1)).log.size, 0)
    })
  )

  it.effect("an actor's next Command waits until its earlier ones have taken effect", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      // The first walks 1, rings twice (the second as a follow-up), walks 1; the look sees all of it.
      const [, look] = yield* p.say("double", "look")
      assert.deepStrictEqual(
        look!._tag === "Accepted" && JSON.parse(look!.answers[0]!.payload).place,
        2
      )
      assert.strictEqual((yield* lab.row(1, "person:1")).rung, 2)
    })
  )

  it.effect("also while one of them waits for a lock; other actors go on", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(2, true))
      const m = yield* lab.machine()
      const [p, q] = [known(m, 1, 1), known(m, 1, 2)]
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* lab.db.holdRow(1, Person.ref(1))
          const [walked, look] = [yield* p.start("n"), yield* p.start("look")]
          yield* q.say("n")
          yield* pass(300)
          assert.strictEqual(tag((yield* Fiber.join(walked))[0]), "Accepted")
          assert.isUndefined(look.pollUnsafe())
          assert.strictEqual((yield* lab.row(1, "person:2")).place, 1)
        })
      )
      yield* pass(1_000)
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 1)
    })
  )

  it.effect("a full inbox is Overloaded; nobody else's is", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { commandsWaitingPerActor: 3 } })
      yield* lab.found(1, people(2, true))
      const m = yield* lab.machine()
      const [p, q] = [known(m, 1, 1), known(m, 1, 2)]
      const answers = (yield* p.say("n", "n", "n", "n", "n")).map(tag)
      assert.deepStrictEqual(answers, [
        "Accepted",
        "Accepted",
        "Accepted",
        "Overloaded",
        "Overloaded"
      ])
      assert.deepStrictEqual((yield* q.say("n")).map(tag), ["Accepted"])
      // What was turned away is not used up.
      assert.deepStrictEqual((yield* p.send(text(4, "n"), text(5, "n"))).map(tag), [
        "Accepted",
        "Accepted"
      ])
      assert.deepStrictEqual(places(yield* lab.kept(1)), [5, 1])
    })
  )

  it.effect("an instance takes in so many and no more, also before it is up", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({
        limits: { commandsWaitingPerInstance: 4 },
        faults: {
          before: once(
            (c) => c.method === "activate",
            () => Effect.sleep(1_000)
          )
        }
      })
      yield* lab.found(1, people(9, true))
      const m = yield* lab.machine()
      const all = yield* Effect.forEach([1, 2, 3, 4, 5, 6, 7, 8, 9], (id) =>
        known(m, 1, id).start("n")
      )
      yield* pass(2_000)
      const answers = (yield* Effect.forEach(all, Fiber.join)).flat().map(tag)
      assert.deepStrictEqual(answers.filter((a) => a === "Overloaded").length, 5)
      assert.deepStrictEqual(answers.filter((a) => a === "Accepted").length, 4)
    })
  )

  it.effect("a repeated n joins the one that is under way: both get its reply", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({
        faults: {
          before: once(
            (c) => c.method === "commit",
            () => Effect.sleep(500)
          )
        }
      })
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      const one = yield* p.start("n")
      yield* pass(100)
      const two = yield* Effect.forkChild(p.send(text(1, "n")))
      yield* pass(1_000)
      assert.deepStrictEqual(yield* Fiber.join(one), yield* Fiber.join(two))
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 1)
    })
  )

  it.effect("Commands of mobs need no cursor: planned at once on what their Action left", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(2, true))
      const p = known(yield* lab.machine(), 1, 1)
      yield* p.say("shove 2 4")
      yield* pass(10)
      assert.strictEqual((yield* lab.row(1, "person:2")).place, 4)
      const { cursors, log } = yield* lab.kept(1)
      assert.deepStrictEqual([...cursors.keys()], ["person:1"])
      const [pushed, walked] = [...log.values()]
      assert.deepStrictEqual(
        [walked!.type, walked!.actor, walked!.cause, walked!.commandId],
        ["Walk", { type: "Person", id: 2 }, pushed!.no, "person:1#1"]
      )
    })
  )

  it.effect("a Rejected one of theirs changes nothing else", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      assert.deepStrictEqual((yield* p.say("wrong mutter", "n")).map(tag), ["Accepted", "Accepted"])
      const { dead, log } = yield* lab.kept(1)
      assert.deepStrictEqual(
        [...log.values()].map((a) => a.type),
        ["Misbehave", "Walk"]
      )
      assert.strictEqual(dead.size, 0)
    })
  )

  it.effect("seeds and keys of follow-ups derive from their parent's", () =>
    Effect.gen(function* () {
      const run = Effect.gen(function* () {
        const lab = yield* laboratory()
        yield* lab.found(1, people(1, true))
        const p = known(yield* lab.machine(), 1, 1)
        yield* p.say("bell 0 3 0")
        yield* pass(100)
        return [...(yield* lab.kept(1)).log.values()].map(({ key, seed }) => ({ key, seed }))
      })
      const [first, second] = [yield* run, yield* run]
      assert.strictEqual(first.length, 3)
      assert.strictEqual(new Set(first.map(({ key }) => key)).size, 3)
      assert.deepStrictEqual(first, second)
    })
  )

  it.effect("text longer than allowed is TooLong, typed or spoken", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { textMax: 20 } })
      yield* lab.found(1, people(1, true))
      const p = known(yield* lab.machine(), 1, 1)
      const [spoken] = yield* p.say(`wrong ${"x".repeat(20)}`)
      const typed = { _tag: "wrong", how: "x".repeat(21) }
      const [sent] = yield* p.send({ n: 2, settled: 1, text: null, command: typed })
      assert.deepStrictEqual([tag(spoken), tag(sent)], ["TooLong", "TooLong"])
    })
  )
})

inBothForms("after a lost answer", (laboratory) => {
  for (const applied of [true, false]) {
    it.effect(
      `COMMIT ${applied ? "went through" : "never arrived"}, its answer was lost: executed exactly once`,
      () =>
        Effect.gen(function* () {
          const lost = () =>
            Effect.fail(new StoreError({ reason: "Unknown", message: "connection lost" }))
          const fault = once((c) => c.method === "commit", lost)
          const lab = yield* laboratory({ faults: applied ? { after: fault } : { before: fault } })
          yield* lab.found(1, people(2, true))
          const m = yield* lab.machine()
          const [one, other] = [
            yield* known(m, 1, 1).start("n", "go 4"),
            yield* known(m, 1, 2).start("n")
          ]
          yield* pass(3_000)
          assert.deepStrictEqual((yield* Fiber.join(one)).map(tag), ["Accepted", "Accepted"])
          assert.deepStrictEqual((yield* Fiber.join(other)).map(tag), ["Accepted"])
          const tables = yield* lab.kept(1)
          assert.deepStrictEqual(places(tables), [5, 1])
          assert.strictEqual(tables.log.size, 3)
          assert.deepStrictEqual(
            tables.events.map(({ seq }) => seq),
            [1, 2, 3]
          )
        })
    )
  }
})
