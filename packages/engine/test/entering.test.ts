/** docs/protocols.md 1: entering and leaving. */
import { assert, it } from "@effect/vitest"
import { Effect, Fiber, Latch } from "effect"
import { idle, inBothForms, known, once, pass, player, tag, text } from "./Lab.ts"
import { people, Person } from "./Yard.ts"

inBothForms("entering and leaving", (laboratory) => {
  it.effect("Enter by the session inside answers a Snapshot and writes nothing", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1))
      const m = yield* lab.machine()
      const p = yield* player(m, 1, 1)
      yield* p.say("go 3")
      const before = yield* lab.kept(1)
      const again = yield* m.call(1, { _tag: "Enter", id: 1, session: "s1" })
      assert.deepStrictEqual(again, {
        _tag: "Inside",
        nextN: 2,
        lineage: before.owner.lineage,
        seq: before.events.length,
        streams: ["person:1", "place:3"],
        snapshot: JSON.stringify({ place: 3, rung: 0 }),
        again: false
      })
      assert.deepStrictEqual(yield* lab.kept(1), before)
    })
  )

  it.effect("who comes back is told whether its session was inside all the time", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1))
      const m = yield* lab.machine()
      yield* player(m, 1, 1, "first")
      const resume = (resumes: string, session: string) =>
        m.call(1, { _tag: "Enter", id: 1, session, resumes, takeOver: false })
      const before = yield* lab.kept(1)
      assert.deepInclude(yield* resume("first", "next"), { _tag: "Inside", again: true })
      assert.deepStrictEqual(yield* lab.kept(1), before)
      // It has ended: another begins, also for one whose answer was lost and who asks again.
      yield* m.call(1, { _tag: "Leave", id: 1, session: "first" })
      assert.deepInclude(yield* resume("first", "next"), { _tag: "Inside", again: false })
      assert.deepInclude(yield* resume("first", "next"), { _tag: "Inside", again: false })
      assert.deepInclude(yield* resume("next", "third"), { _tag: "Inside", again: true })
      assert.strictEqual(tag(yield* resume("first", "fourth")), "TakenOver")
    })
  )

  it.effect("by another session: the first is TakenOver, its inbox emptied, next n told", () =>
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
      const m = yield* lab.machine()
      const first = known(m, 1, 1)
      const one = yield* first.start("n")
      yield* pass(100)
      const [two, three] = [yield* first.start("n"), yield* first.start("n")]
      const entering = yield* Effect.forkChild(player(m, 1, 1, "second"))
      yield* pass(1_000)
      const second = yield* Fiber.join(entering)
      assert.strictEqual(tag((yield* Fiber.join(one))[0]), "Accepted")
      assert.strictEqual(tag((yield* Fiber.join(two))[0]), "TakenOver")
      assert.strictEqual(tag((yield* Fiber.join(three))[0]), "TakenOver")
      assert.deepInclude(second.inside, { _tag: "Inside", nextN: 2 })
      assert.strictEqual(tag((yield* second.say("n"))[0]), "Accepted")
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 2)
    })
  )

  it.effect("what the first says while the second is being let in is TakenOver, too", () =>
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
      const m = yield* lab.machine()
      const entering = yield* Effect.forkChild(player(m, 1, 1, "second"), {
        startImmediately: true
      })
      const late = yield* known(m, 1, 1).start("n")
      yield* pass(100)
      const later = yield* known(m, 1, 1).start("n")
      yield* pass(1_000)
      assert.strictEqual((yield* Fiber.join(entering)).inside._tag, "Inside")
      assert.strictEqual(tag((yield* Fiber.join(late))[0]), "TakenOver")
      assert.strictEqual(tag((yield* Fiber.join(later))[0]), "TakenOver")
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 0)
    })
  )

  it.effect("one that comes back by itself does not throw out who plays now (takeOver false)", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      const enter = (session: string) =>
        m.call(1, { _tag: "Enter", id: 1, session, takeOver: false })
      assert.strictEqual(tag(yield* enter("other")), "TakenOver")
      assert.strictEqual(tag(yield* enter("s1")), "Inside")
      assert.strictEqual((yield* lab.kept(1)).events.length, 0)
      yield* m.call(1, { _tag: "Leave", id: 1, session: "s1" })
      assert.strictEqual(tag(yield* enter("other")), "Inside")
    })
  )

  it.effect(
    "a Command, Leave or Disconnect of a session not inside is TakenOver before its n",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory()
        yield* lab.found(1, people(1, true))
        const m = yield* lab.machine()
        yield* known(m, 1, 1).say("n")
        const stranger = known(m, 1, 1, "stranger")
        assert.deepStrictEqual((yield* stranger.send(text(1, "n"), text(2, "n"))).map(tag), [
          "TakenOver",
          "TakenOver"
        ])
        assert.strictEqual(
          tag(yield* m.call(1, { _tag: "Leave", id: 1, session: "x" })),
          "TakenOver"
        )
        assert.strictEqual(
          tag(yield* m.call(1, { _tag: "Disconnect", id: 1, session: "x" })),
          "TakenOver"
        )
        assert.strictEqual((yield* lab.kept(1)).runtimes.size, 1)
      })
  )

  it.effect("what waits when its session leaves is not executed", () =>
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
      const m = yield* lab.machine()
      const p = known(m, 1, 1)
      const one = yield* p.start("n")
      yield* pass(100)
      const two = yield* p.start("n")
      const left = yield* Effect.forkChild(m.call(1, { _tag: "Leave", id: 1, session: "s1" }))
      yield* pass(1_000)
      assert.strictEqual(tag((yield* Fiber.join(one))[0]), "Accepted")
      assert.strictEqual(tag(yield* Fiber.join(left)), "Done")
      assert.strictEqual(tag((yield* Fiber.join(two))[0]), "TakenOver")
      assert.strictEqual((yield* lab.row(1, "person:1")).place, 1)
      assert.strictEqual((yield* lab.kept(1)).runtimes.size, 0)
    })
  )

  it.effect("Leave while its own Enter is under way: entered, then left", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1))
      const m = yield* lab.machine()
      const entering = yield* Effect.forkChild(player(m, 1, 1), { startImmediately: true })
      const left = yield* m.call(1, { _tag: "Leave", id: 1, session: "s1" })
      assert.strictEqual((yield* Fiber.join(entering)).inside._tag, "Inside")
      assert.strictEqual(tag(left), "Done")
      assert.deepStrictEqual(yield* lab.events(1), ["Joined", "Parted"])
    })
  )

  it.effect("Create is idempotent by state", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, [])
      const m = yield* lab.machine()
      const create = m.call(1, { _tag: "Create", id: 7, name: "new", account: 1, fresh: null })
      const answers = yield* Effect.all([create, create, create], { concurrency: "unbounded" })
      assert.deepStrictEqual(answers.map(tag), ["Done", "Done", "Done"])
      assert.strictEqual(tag(yield* create), "Done")
      assert.deepStrictEqual(yield* lab.events(1), ["Born"])
    })
  )

  it.effect(
    "a Claim of who has gone on a journey is not lost: its gateway has yet to hear of it",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory()
        yield* lab.found(1, people(2, true))
        yield* lab.found(2, [])
        const m = yield* lab.machine()
        yield* known(m, 1, 1).say("cross 2")
        const claim = (instance: number, ...ids: ReadonlyArray<number>) =>
          m.call(instance, {
            _tag: "Claim",
            sessions: ids.map((id) => ({ id, session: `s${id}` }))
          })
        assert.deepStrictEqual(yield* claim(1, 1, 2, 3), { _tag: "Lost", ids: [3] })
        yield* pass(500)
        assert.deepStrictEqual(yield* claim(1, 1), { _tag: "Lost", ids: [] })
        assert.deepStrictEqual(yield* claim(2, 1, 2), { _tag: "Lost", ids: [2] })
      })
  )

  it.effect("who is accepted as an arrival and not here yet is on the way here, not nobody", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { readStaleness: 60_000 } })
      yield* lab.found(1, people(2, true))
      yield* lab.found(2, [])
      // Whoever had the second one before went down: there is caution, and accepting is one commit.
      const first = yield* lab.machine()
      yield* first.call(2, { _tag: "Wake" })
      yield* first.crash
      const gate = Latch.makeUnsafe(false)
      const m = yield* lab.machine({
        store: (store) => ({
          ...store,
          commit: (cycles) =>
            cycles.some(({ instance }) => instance === 2)
              ? Effect.andThen(gate.await, store.commit(cycles))
              : store.commit(cycles)
        })
      })
      yield* known(m, 1, 1).say("cross 2")
      yield* pass(500)
      // Looked at between the two commits.
      const enter = yield* Effect.forkChild(m.call(2, { _tag: "Enter", id: 1, session: "new" }))
      yield* idle
      gate.openUnsafe()
      assert.deepStrictEqual(yield* Fiber.join(enter), {
        _tag: "Denied",
        reason: { _tag: "Travelling", target: 2 }
      })
      yield* pass(500)
      const again = yield* m.call(2, { _tag: "Enter", id: 1, session: "new" })
      assert.strictEqual(again._tag, "Inside")
    })
  )

  it.effect("who is claimed by no gateway for linklessAfter is disconnected by the owner", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { linklessAfter: 5_000, readStaleness: 60_000 } })
      yield* lab.found(1, people(2, true))
      const m = yield* lab.machine()
      yield* m.call(1, { _tag: "Wake" })
      yield* pass(3_000)
      const claimed = yield* m.call(1, {
        _tag: "Claim",
        sessions: [
          { id: 1, session: "s1" },
          { id: 2, session: "another" }
        ]
      })
      assert.deepStrictEqual(claimed, { _tag: "Lost", ids: [2] })
      yield* pass(3_000)
      assert.deepStrictEqual([...(yield* lab.kept(1)).runtimes.keys()], ["person:1"])
      yield* pass(3_000)
      assert.deepStrictEqual([...(yield* lab.kept(1)).runtimes.keys()], [])
    })
  )

  it.effect("so is one who arrived from another instance and whose gateway died on the way", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { linklessAfter: 5_000, readStaleness: 60_000 } })
      yield* lab.found(1, people(1, true))
      yield* lab.found(2, [])
      const m = yield* lab.machine()
      yield* known(m, 1, 1).say("cross 2")
      yield* pass(1_000)
      assert.strictEqual((yield* lab.kept(2)).runtimes.size, 1)
      yield* pass(6_000)
      assert.strictEqual((yield* lab.kept(2)).runtimes.size, 0)
    })
  )

  it.effect("a Disconnect that fails is tried again", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({
        limits: { linklessAfter: 2_000, readStaleness: 60_000, lockSkipsMax: 2 }
      })
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      yield* m.call(1, { _tag: "Wake" })
      yield* Effect.scoped(Effect.andThen(lab.db.holdRow(1, Person.ref(1)), pass(3_000)))
      assert.strictEqual((yield* lab.kept(1)).runtimes.size, 1)
      yield* pass(3_000)
      assert.strictEqual((yield* lab.kept(1)).runtimes.size, 0)
    })
  )
})
