/** docs/protocols.md 7: who hears what, as far as the owner has a part in it. */
import { assert, it } from "@effect/vitest"
import { Effect, Fiber, Latch } from "effect"
import { idle, inBothForms, known, listen, make, pass, player, tag } from "./Lab.ts"
import { people, Person } from "./Yard.ts"

const seqs = (
  chunks: ReadonlyArray<{ readonly events: ReadonlyArray<{ readonly seq: number }> }>
) => chunks.flatMap(({ events }) => events.map(({ seq }) => seq))
const upTo = (to: number, from = 1) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

inBothForms("the feed", (laboratory) => {
  it.effect("gives every Event once, in order of seq, without a gap, as it was logged", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(3, true))
      const m = yield* lab.machine()
      const feed = yield* listen(m, 1, 0)
      yield* idle
      yield* Effect.forEach(
        [1, 2, 3],
        (id) => known(m, 1, id).say("n", "double", "s", "bell 0 3 0", "go -99"),
        { concurrency: "unbounded" }
      )
      yield* pass(100)
      const { events } = yield* lab.kept(1)
      assert.deepStrictEqual(seqs(feed.chunks), upTo(events.length))
      const heard = feed.chunks.flatMap((c) => c.events)
      assert.deepStrictEqual(
        heard.map(({ payload, streams }) => [payload, streams]),
        events.map(({ payload, streams }) => [payload, streams])
      )
    })
  )

  it.effect("hears only of what is committed", () =>
    Effect.gen(function* () {
      const gate = Latch.makeUnsafe(true)
      const lab = yield* laboratory({
        faults: { before: (c) => (c.method === "commit" ? gate.await : Effect.void) }
      })
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      const feed = yield* listen(m, 1, 0)
      yield* known(m, 1, 1).say("n")
      yield* idle
      gate.closeUnsafe()
      yield* known(m, 1, 1).at(m).start("n")
      yield* pass(5_000)
      assert.deepStrictEqual(seqs(feed.chunks), [1])
      assert.isTrue(feed.chunks.every((c) => c.upTo <= 1))
    })
  )

  it.effect("tells the head, also when nothing happens", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { headEvery: 1_000 } })
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      yield* known(m, 1, 1).say("n", "n")
      yield* idle
      const feed = yield* listen(m, 1, 2)
      yield* pass(3_500)
      assert.isAtLeast(feed.chunks.length, 4)
      assert.isTrue(feed.chunks.every((c) => c.events.length === 0 && c.upTo === 2))
    })
  )

  it.effect("begins with what is kept, in chunks of chunkMax", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { chunkMax: 4 } })
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      const live = yield* listen(m, 1, 0)
      yield* known(m, 1, 1).say("bell 0 12 0", "mint 9 1")
      yield* pass(10)
      const late = yield* listen(m, 1, 3)
      yield* idle
      for (const { chunks } of [live, late]) {
        assert.isTrue(chunks.every(({ events }) => events.length <= 4))
        for (const { events, upTo } of chunks) {
          if (events.length > 0) assert.strictEqual(events.at(-1)!.seq, upTo)
        }
      }
      assert.deepStrictEqual(seqs(live.chunks), upTo(21))
      assert.deepStrictEqual(seqs(late.chunks), upTo(21, 4))
    })
  )

  it.effect(
    "or, when what is kept does not go back so far, with the head: the log has the rest",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory({ limits: { recentEvents: 3 } })
        yield* lab.found(1, people(1, true))
        const m = yield* lab.machine()
        yield* known(m, 1, 1).say("bell 0 12 0")
        yield* pass(10)
        const far = yield* listen(m, 1, 1)
        const near = yield* listen(m, 1, 10)
        yield* idle
        assert.deepStrictEqual([far.chunks[0]!.upTo, far.chunks[0]!.events.length], [12, 0])
        assert.deepStrictEqual(seqs(near.chunks), [11, 12])
      })
  )

  it.effect("a reader that is too slow is cut, the others are not", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { feedBuffer: 3, headEvery: 1e9 } })
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      const quick = yield* listen(m, 1, 0)
      const gate = Latch.makeUnsafe(false)
      const slow = yield* listen(m, 1, 0, gate.await)
      yield* idle
      const p = known(m, 1, 1)
      for (let i = 0; i < 12; i++) {
        yield* p.say("n")
        yield* idle
      }
      gate.openUnsafe()
      yield* pass(100)
      assert.deepStrictEqual([slow.ended, quick.ended], [true, false])
      assert.deepStrictEqual(seqs(quick.chunks), upTo(12))
      // What it got has no gap: it reads on from there.
      assert.deepStrictEqual(seqs(slow.chunks), upTo(seqs(slow.chunks).length))
    })
  )

  it.effect("ends when the instance goes, and goes on where it is next", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const [a, b] = [yield* lab.machine(), yield* lab.machine()]
      const first = yield* listen(a, 1, 0)
      const p = known(a, 1, 1)
      yield* p.say("n")
      yield* idle
      yield* a.release(1)
      yield* idle
      assert.isTrue(first.ended)
      const second = yield* listen(b, 1, first.chunks.at(-1)!.upTo)
      yield* p.at(b).say("n")
      yield* idle
      assert.deepStrictEqual(seqs(second.chunks), [2])
      assert.strictEqual(second.chunks[0]!.lineage, first.chunks[0]!.lineage)
    })
  )
})

inBothForms("the Snapshot", (laboratory) => {
  it.effect("is the projection at its last commit, never what a cycle in flight is at", () =>
    Effect.gen(function* () {
      const gate = Latch.makeUnsafe(true)
      const lab = yield* laboratory({
        // Decided, not committed.
        store: (store) => ({
          ...store,
          commit: (cycles) => {
            let decided = false
            const both = cycles.map((cycle) => ({
              ...cycle,
              decide: (locked: Parameters<typeof cycle.decide>[0]) => {
                const writes = cycle.decide(locked)
                decided = writes !== undefined && writes.log.length > 0
                return writes
              }
            }))
            return Effect.tap(store.commit(both), () => (decided ? gate.await : Effect.void))
          }
        })
      })
      yield* lab.found(1, people(2, true))
      const m = yield* lab.machine()
      const [p, q] = [known(m, 1, 1), known(m, 1, 2)]
      yield* p.say("n")
      yield* idle
      gate.closeUnsafe()
      const walk = yield* p.start("go 5")
      yield* idle
      const entering = yield* Effect.forkChild(player(m, 1, 1), { startImmediately: true })
      const looking = yield* q.start("look")
      yield* pass(300)
      gate.openUnsafe()
      const { inside } = yield* Fiber.join(entering)
      yield* Fiber.join(walk)
      const { events } = yield* lab.kept(1)
      // Whatever was seen is exactly what the Events up to its seq say.
      const at = (seq: number) => (seq >= 2 ? 6 : 1)
      assert.strictEqual(tag(inside), "Inside")
      if (inside._tag === "Inside") {
        assert.isAtMost(inside.seq, events.length)
        assert.strictEqual(JSON.parse(inside.snapshot).place, at(inside.seq))
      }
      assert.strictEqual(tag((yield* Fiber.join(looking))[0]), "Accepted")
    })
  )

  it.effect("and the feed goes on after it: nothing is missed, nothing is twice", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(2, true))
      const m = yield* lab.machine()
      const q = known(m, 1, 2)
      yield* q.start("n", "n", "n")
      const { inside } = yield* player(m, 1, 1)
      if (inside._tag !== "Inside") return assert.fail("not inside")
      const feed = yield* listen(m, 1, inside.seq)
      yield* q.say("n", "n")
      yield* pass(100)
      const { events } = yield* lab.kept(1)
      assert.deepStrictEqual(seqs(feed.chunks), upTo(events.length, inside.seq + 1))
    })
  )
})

it.effect("views after a commit see what that commit left", () =>
  Effect.gen(function* () {
    const lab = yield* make()
    yield* lab.found(1, people(1, true))
    const m = yield* lab.machine()
    const answers = yield* known(m, 1, 1).say("stroll", "stroll", "stroll")
    const places = answers.map((a) =>
      a._tag === "Accepted" ? [a.asOf, JSON.parse(a.answers[0]!.payload).place] : a
    )
    assert.deepStrictEqual(places, [
      [1, 1],
      [2, 2],
      [3, 3]
    ])
  })
)

inBothForms("views among writing Actions", (laboratory) => {
  it.effect("do not wait for what is not due yet", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const [answer] = yield* known(yield* lab.machine(), 1, 1).say("alarm 5000")
      assert.strictEqual(answer!._tag === "Accepted" && answer!.answers.length, 1)
      assert.strictEqual((yield* lab.row(1, "person:1")).rung, 0)
      yield* pass(6_000)
      assert.strictEqual((yield* lab.row(1, "person:1")).rung, 1)
    })
  )

  it.effect("are answered after the commit that ran those, also where they had to wait", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      const p = known(m, 1, 1)
      const waits = yield* Effect.scoped(
        Effect.gen(function* () {
          yield* lab.db.holdRow(1, Person.ref(1))
          const stroll = yield* p.start("stroll")
          yield* pass(300)
          assert.isUndefined(stroll.pollUnsafe())
          // Asked again meanwhile: the same answer, later.
          return [
            stroll,
            yield* Effect.forkChild(p.send({ n: 1, settled: 0, text: "n", command: null }))
          ]
        })
      )
      yield* pass(1_000)
      const [first, again] = yield* Effect.forEach(waits, Fiber.join)
      assert.deepStrictEqual(again, first)
      const [answer] = first!
      assert.strictEqual(
        answer!._tag === "Accepted" && JSON.parse(answer!.answers[0]!.payload).place,
        1
      )
    })
  )
})
