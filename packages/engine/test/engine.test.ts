import { assert, it } from "@effect/vitest"
import { Actor } from "@wr2/core"
import * as Engine from "@wr2/engine/Engine"
import * as Memory from "@wr2/engine/Memory"
import { Placement } from "@wr2/engine/Placement"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { found, player, tag } from "./driver.ts"
import { Person, yard } from "./Yard.ts"

const people = (count: number, inside = false) =>
  Array.from({ length: count }, (_, i) =>
    Person.row(
      { id: i + 1, name: `p${i + 1}`, place: 0, rung: 0 },
      inside ? { session: `s${i + 1}`, mood: "here" } : undefined
    )
  )

const layer = Engine.layer(yard).pipe(
  Layer.provideMerge(Memory.layer),
  Layer.provideMerge(Placement.layerLocal)
)

const kept = (instance: number) =>
  Effect.flatMap(Memory.MemoryDatabase, (db) => Effect.map(db.kept(instance), (tables) => tables!))
const row = (instance: number, id: number) =>
  Effect.map(kept(instance), (tables) => tables.rows.get(`person:${id}`)?.row as any)

it.effect("a Command becomes an Event: planned, executed, logged, answered", () =>
  Effect.gen(function* () {
    yield* found(1, people(1))
    const p = yield* player(1, 1)
    assert.strictEqual(p.inside._tag, "Inside")
    const [reply] = yield* p.say("go 3")
    assert.deepStrictEqual(reply, { _tag: "Accepted", n: 1, asOf: 2, answers: [] })
    assert.strictEqual((yield* row(1, 1)).place, 3)
    const tables = yield* kept(1)
    assert.deepStrictEqual(
      tables.events.map((e) => [e.seq, e.type]),
      [
        [1, "Joined"],
        [2, "Walked"]
      ]
    )
    assert.deepStrictEqual(
      [...tables.log.values()].map((a) => [a.type, a.outcome, a.firstSeq]),
      [
        ["Enter", "done", 1],
        ["Walk", "done", 2]
      ]
    )
    assert.strictEqual(tables.queue.size, 0)
  }).pipe(Effect.provide(layer))
)

it.effect("n;n;n;look in one frame ends three places on and shows that place", () =>
  Effect.gen(function* () {
    yield* found(1, people(2))
    const p = yield* player(1, 1)
    const [a, b, c, look] = yield* p.say("n", "n", "n", "look")
    assert.deepStrictEqual(
      [a, b, c].map((r) => tag(r!)),
      ["Accepted", "Accepted", "Accepted"]
    )
    assert.strictEqual(look!._tag, "Accepted")
    if (look!._tag === "Accepted") {
      assert.deepStrictEqual(JSON.parse(look.answers[0]!.payload), {
        _tag: "Seen",
        place: 3,
        names: ["p1"]
      })
    }
  }).pipe(Effect.provide(layer))
)

it.effect("a hundred Commands sent without waiting all succeed, in order", () =>
  Effect.gen(function* () {
    yield* found(1, people(1))
    const p = yield* player(1, 1)
    const all = yield* Effect.forEach(Array.from({ length: 100 }), () => p.say("n"), {
      concurrency: "unbounded"
    })
    assert.isTrue(all.flat().every((r) => r._tag === "Accepted"))
    assert.strictEqual((yield* row(1, 1)).place, 100)
    const seqs = (yield* kept(1)).events.map((e) => e.seq)
    assert.deepStrictEqual(
      seqs,
      seqs.map((_, i) => i + 1)
    )
  }).pipe(Effect.provide(layer))
)

it.effect("1:N: the Command's Actions in order, then follow-ups; the next Command after them", () =>
  Effect.gen(function* () {
    yield* found(1, people(1))
    const p = yield* player(1, 1)
    yield* p.say("double", "n")
    const tables = yield* kept(1)
    assert.deepStrictEqual(
      [...tables.log.values()]
        .sort((a, b) => (a.firstSeq ?? 0) - (b.firstSeq ?? 0))
        .map((a) => a.type),
      ["Enter", "Walk", "Ring", "Walk", "Ring", "Walk"]
    )
  }).pipe(Effect.provide(layer))
)

it.effect(
  "what is refused is told to the actor alone, and logged; what is rejected changes nothing",
  () =>
    Effect.gen(function* () {
      yield* found(1, people(1))
      const p = yield* player(1, 1)
      const before = yield* kept(1)
      const rejections = yield* p.say("dance", "go", "wrong plan", "wrong nothing")
      assert.deepStrictEqual(rejections.map(tag), [
        "UnknownVerb",
        "Malformed",
        "Broken",
        "NothingToDo"
      ])
      assert.deepStrictEqual((yield* kept(1)).log.size, before.log.size)
      const [refused] = yield* p.say("s")
      assert.strictEqual(refused!._tag, "Accepted")
      const event = (yield* kept(1)).events.at(-1)!
      assert.strictEqual(event.type, "ActionRefused")
      assert.deepStrictEqual(event.streams, [Actor.key({ type: "Person", id: 1 })])
      assert.deepStrictEqual(JSON.parse(event.payload).reason, { _tag: "Wall", at: 0 })
    }).pipe(Effect.provide(layer))
)

it.effect("a repeated n gets the same reply; one too early waits, then is OutOfOrder", () =>
  Effect.gen(function* () {
    yield* found(1, people(1))
    const p = yield* player(1, 1)
    const intent = (n: number, text: string, settled = 0) => ({ n, settled, text, command: null })
    const [first] = yield* p.send([intent(1, "n")])
    const [again] = yield* p.send([intent(1, "n")])
    assert.deepStrictEqual(again, first)
    assert.strictEqual((yield* row(1, 1)).place, 1)
    const early = yield* Effect.forkChild(p.send([intent(3, "n")]))
    yield* p.send([intent(2, "n")])
    assert.strictEqual((yield* Fiber.join(early))[0]!._tag, "Accepted")
    assert.strictEqual((yield* row(1, 1)).place, 3)
    const lost = yield* Effect.forkChild(p.send([intent(9, "n")]))
    yield* TestClock.adjust("3 seconds")
    const [outOfOrder] = yield* Fiber.join(lost)
    assert.deepStrictEqual(outOfOrder, {
      _tag: "Rejected",
      n: 9,
      reason: { _tag: "OutOfOrder", expected: 4 }
    })
    yield* p.send([intent(4, "n", 3)])
    assert.strictEqual(tag((yield* p.send([intent(2, "n")]))[0]!), "AlreadyAnswered")
  }).pipe(Effect.provide(layer))
)

it.effect(
  "an Action of later waits in the queue and runs when the database says so; recurrence does not drift",
  () =>
    Effect.gen(function* () {
      yield* found(1, people(1))
      const p = yield* player(1, 1)
      yield* p.say("bell 5000 3 1000")
      assert.strictEqual((yield* kept(1)).queue.size, 1)
      yield* TestClock.adjust("4 seconds")
      assert.strictEqual((yield* row(1, 1)).rung, 0)
      yield* TestClock.adjust("10 seconds")
      const rings = (yield* kept(1)).events
        .filter((e) => e.type === "Rang")
        .map((e) => JSON.parse(e.payload).at)
      assert.strictEqual(rings.length, 3)
      assert.strictEqual((yield* row(1, 1)).rung, 3)
      assert.strictEqual((yield* kept(1)).queue.size, 0)
    }).pipe(Effect.provide(layer))
)

it.effect(
  "an Action that throws, reads unlocked or loops is a dead letter alone; the rest goes on",
  () =>
    Effect.gen(function* () {
      yield* found(1, people(2))
      const p = yield* player(1, 1)
      const q = yield* player(1, 2)
      const [a] = yield* p.say("wrong throw")
      assert.strictEqual(a!._tag, "Accepted")
      yield* p.say("wrong unlocked")
      yield* p.say("wrong loop")
      yield* q.say("n")
      const tables = yield* kept(1)
      assert.strictEqual(tables.dead.size, 3)
      const failed = tables.events.filter((e) => e.type === "ActionFailed")
      assert.strictEqual(failed.length, 3)
      assert.isTrue(failed.every((e) => e.streams[0] === "person:1"))
      assert.strictEqual((yield* row(1, 2)).place, 1)
    }).pipe(Effect.provide(layer))
)

it.effect("an issued Command is planned at once and runs in its causer's cycle", () =>
  Effect.gen(function* () {
    yield* found(1, people(2))
    const p = yield* player(1, 1)
    yield* player(1, 2)
    yield* p.say("shove 2 4")
    assert.strictEqual((yield* row(1, 2)).place, 4)
    const walk = [...(yield* kept(1)).log.values()].find((a) => a.type === "Walk")!
    assert.deepStrictEqual([walk.actor, walk.commandId], [{ type: "Person", id: 2 }, "person:1#1"])
  }).pipe(Effect.provide(layer))
)

it.effect("crossing to another instance arrives once, and the cursor goes along", () =>
  Effect.gen(function* () {
    yield* found(1, people(1))
    yield* found(2, [])
    const p = yield* player(1, 1)
    yield* p.say("n", "cross 2")
    yield* TestClock.adjust("1 second")
    yield* TestClock.adjust("1 second")

    assert.isUndefined(yield* row(1, 1))
    assert.strictEqual((yield* row(2, 1)).name, "p1")
    assert.strictEqual((yield* kept(1)).outbox.size, 0)
    // The source says where to, and repeats what it has answered; the target goes on counting.
    const intent = (n: number, text: string) => ({ n, settled: 0, text, command: null })
    const [old, away] = yield* p.send([intent(2, "cross 2"), intent(3, "n")])
    assert.strictEqual(old!._tag, "Accepted")
    assert.deepStrictEqual(away, {
      _tag: "Rejected",
      n: 3,
      reason: { _tag: "Travelling", target: 2 }
    })
    p.moveTo(2)
    assert.strictEqual((yield* p.send([intent(2, "cross 2")]))[0]!._tag, "Accepted")
    assert.strictEqual((yield* p.send([intent(3, "n")]))[0]!._tag, "Accepted")
    assert.strictEqual((yield* row(2, 1)).place, 1)
  }).pipe(Effect.provide(layer))
)

it.effect("a second session takes the first one's place", () =>
  Effect.gen(function* () {
    yield* found(1, people(1))
    const p = yield* player(1, 1, "first")
    const q = yield* player(1, 1, "second")
    assert.strictEqual(q.inside._tag, "Inside")
    assert.strictEqual(tag((yield* p.say("n"))[0]!), "TakenOver")
    assert.strictEqual(tag((yield* q.say("n"))[0]!), "Accepted")
  }).pipe(Effect.provide(layer))
)

it.effect("queueFirst: accepted in one transaction, executed in the next", () =>
  Effect.gen(function* () {
    yield* found(1, people(1))
    const p = yield* player(1, 1)
    yield* p.say("slow", "n")
    assert.strictEqual((yield* row(1, 1)).rung, 1)
    assert.strictEqual((yield* kept(1)).queue.size, 0)
  }).pipe(Effect.provide(layer))
)

it.effect("somebody else's row lock delays only those who need the row", () =>
  Effect.gen(function* () {
    yield* found(1, people(2))
    const db = yield* Memory.MemoryDatabase
    const p = yield* player(1, 1)
    const q = yield* player(1, 2)
    const held = yield* Effect.scoped(
      Effect.gen(function* () {
        yield* db.holdRow(1, Person.ref(1))
        yield* p.say("n")
        assert.strictEqual((yield* row(1, 1)).place, 0)
        yield* q.say("n")
        assert.strictEqual((yield* row(1, 2)).place, 1)
      })
    )
    void held
    yield* TestClock.adjust("1 second")
    assert.strictEqual((yield* row(1, 1)).place, 1)
  }).pipe(Effect.provide(layer))
)

it.effect("a row changed by hand is noticed, and the instance activates again", () =>
  Effect.gen(function* () {
    yield* found(1, people(1))
    const db = yield* Memory.MemoryDatabase
    const p = yield* player(1, 1)
    yield* db.editRow(1, Person.ref(1), (person) => ({ ...person, place: 50 }))
    const say = yield* Effect.forkChild(p.say("n"))
    yield* TestClock.adjust("1 second")
    assert.strictEqual(tag((yield* Fiber.join(say))[0]!), "Accepted")
    yield* TestClock.adjust("1 second")
    assert.strictEqual((yield* row(1, 1)).place, 51)
    assert.strictEqual((yield* kept(1)).owner.epoch, 2)
  }).pipe(Effect.provide(layer))
)

it.effect(
  "runtime data made dirty or old by hand is rebuilt at its next use, as an Event before the Action's own",
  () =>
    Effect.gen(function* () {
      yield* found(1, people(1, true))
      const db = yield* Memory.MemoryDatabase
      const p = yield* player(1, 1)
      yield* db.editRuntime(1, Person.ref(1), { dirty: true })
      yield* p.say("n")
      const tables = yield* kept(1)
      assert.deepStrictEqual(
        tables.events.map((e) => e.type),
        ["RuntimeRebuilt", "Walked"]
      )
      assert.deepStrictEqual((tables.runtimes.get("person:1") as any).data.mood, "calm p1")
    }).pipe(Effect.provide(layer))
)
