/**
 * What the engine promises, as checks that an engine passes or fails: each a small story in a
 * laboratory, run with the engine as it is and with a mutant of it. Named by the promise.
 */
import { assert } from "@effect/vitest"
import type { Game } from "@wr2/core"
import * as Fold from "@wr2/testkit/Fold"
import * as Invariants from "@wr2/testkit/Invariants"
import { Effect, Fiber } from "effect"
import * as Lab from "../../packages/engine/test/Lab.ts"
import { Coin, people, Person, yard } from "../../packages/engine/test/Yard.ts"

/** A check of an engine made with these options. Fails (or throws) where the promise is broken. */
export type Check = (engine: Lab.Options) => Effect.Effect<void, unknown>

const place = (lab: Lab.Lab, id: number) =>
  Effect.map(lab.row(1, `person:${id}`), (row) => row.place as number)
const game = yard as unknown as Game.Any

/** Two people inside one instance, and one process. */
const begin = Effect.fnUntraced(function* (engine: Lab.Options) {
  const lab = yield* Lab.make()
  yield* lab.found(1, [...people(2, true), Coin.row({ id: 11, holder: 1, value: 5 })])
  const machine = yield* lab.machine(engine)
  return { lab, machine, ann: Lab.known(machine, 1, 1), bob: Lab.known(machine, 1, 2) }
})

/** Waits for an answer, for so long (virtual milliseconds). */
const within = Effect.fnUntraced(function* <A>(millis: number, answer: Effect.Effect<A>) {
  const fiber = yield* Effect.forkDetach(answer, { startImmediately: true })
  yield* Lab.pass(millis)
  const exit = fiber.pollUnsafe()
  if (exit === undefined) throw new Error(`no answer within ${millis} ms`)
  return yield* Fiber.join(fiber)
})

const problems = Effect.fnUntraced(function* (lab: Lab.Lab) {
  const kept = yield* lab.kept(1)
  const rows = [...kept.rows.values()].map(({ aggregate, id, row, stamp }) => ({
    aggregate,
    id,
    stamp,
    row,
    runtime: kept.runtimes.get(`${aggregate.table}:${id}`)
  }))
  return Invariants.problems(game, {
    instance: 1,
    snapshot: [...kept.snapshots.values()][0]!.rows as never,
    rows: Fold.lines(Fold.loaded(game, rows as never)),
    events: kept.events,
    log: [...kept.log.values()],
    queue: [...kept.queue.values()],
    dead: [...kept.dead.values()]
  })
})

export const acceptedOnce: Check = Effect.fnUntraced(function* (engine) {
  const { ann, lab, machine } = yield* begin(engine)
  yield* within(500, ann.send(Lab.text(1, "n")))
  yield* machine.crash
  const next = yield* lab.machine(engine)
  // The client heard nothing, and sends the same n again.
  yield* within(5_000, ann.at(next).send(Lab.text(1, "n")))
  yield* Lab.pass(1_000)
  assert.strictEqual(yield* place(lab, 1), 1)
})

export const nothingIsLost: Check = Effect.fnUntraced(function* (engine) {
  const { ann, lab, machine } = yield* begin(engine)
  yield* within(500, ann.say("bell 1000 3 500"))
  yield* Lab.pass(1_200)
  yield* machine.crash
  const next = yield* lab.machine(engine)
  yield* next.call(1, { _tag: "Wake" }).pipe(Effect.forkDetach)
  yield* Lab.pass(10_000)
  assert.strictEqual((yield* lab.row(1, "person:1")).rung, 3)
})

export const rowsAreFold: Check = Effect.fnUntraced(function* (engine) {
  const { ann, bob, lab } = yield* begin(engine)
  yield* within(500, ann.say("n", "double", "hand 2"))
  yield* within(500, bob.say("go 3"))
  assert.deepStrictEqual(yield* problems(lab), [])
  assert.strictEqual(yield* place(lab, 1), 3)
})

export const seqsGoOn: Check = Effect.fnUntraced(function* (engine) {
  const { ann, lab, machine } = yield* begin(engine)
  yield* within(500, ann.say("n"))
  yield* machine.stop
  const next = yield* lab.machine(engine)
  const [reply] = yield* within(5_000, ann.at(next).say("n"))
  assert.strictEqual(reply!._tag, "Accepted")
  const { events } = yield* lab.kept(1)
  assert.deepStrictEqual(
    events.map(({ seq }) => seq),
    [1, 2]
  )
})

export const inOrder: Check = Effect.fnUntraced(function* (engine) {
  const { ann, lab } = yield* begin(engine)
  // Only forwards first may the way back be walked.
  const all = yield* within(1_000, ann.say("go 2", "go -1", "go -1", "go 7"))
  assert.isTrue(all.every(({ _tag }) => _tag === "Accepted"))
  const { events } = yield* lab.kept(1)
  assert.deepStrictEqual(
    events.map(({ payload }) => JSON.parse(payload).to),
    [2, 1, 0, 7]
  )
})

export const sameSeedSameEvents: Check = Effect.fnUntraced(function* (engine) {
  const histories: Array<unknown> = []
  for (let run = 0; run < 2; run++) {
    const { ann, lab } = yield* begin(engine)
    yield* within(1_000, ann.say("mint 2 5", "n", "double"))
    const { events } = yield* lab.kept(1)
    histories.push(events.map(({ payload }) => payload))
  }
  assert.deepStrictEqual(histories[0], histories[1])
})

export const locksAreDeclared: Check = Effect.fnUntraced(function* (engine) {
  const { ann, lab } = yield* begin(engine)
  yield* within(500, ann.say("hand 2"))
  assert.strictEqual((yield* lab.kept(1)).dead.size, 0)
  assert.strictEqual((yield* lab.row(1, "coin:11")).holder, 2)
})

export const onlyTheOwnerCommits: Check = Effect.fnUntraced(function* (engine) {
  const { ann, lab } = yield* begin(engine)
  yield* within(200, ann.say("n"))
  const heir = yield* lab.machine()
  yield* within(500, heir.call(1, { _tag: "Wake" }))
  // It does not know yet that it is the owner no more, and need not ask so soon.
  const [reply] = yield* within(500, ann.say("n"))
  assert.strictEqual(Lab.tag(reply), "Moved")
  assert.strictEqual(yield* place(lab, 1), 1)
})

export const readsAreOwned: Check = Effect.fnUntraced(function* (engine) {
  const { ann, lab, machine } = yield* begin(engine)
  yield* within(500, ann.say("n"))
  yield* machine.freeze
  const heir = yield* lab.machine()
  yield* within(5_000, ann.at(heir).send(Lab.text(2, "go 5")))
  yield* Lab.pass(5_000)
  yield* machine.thaw
  // What the old owner shows is long past: it confirms first, and learns that it is none.
  const [reply] = yield* within(2_000, ann.send(Lab.text(2, "look")))
  assert.notStrictEqual(Lab.tag(reply), "Accepted")
})

export const othersGoOn: Check = Effect.fnUntraced(function* (engine) {
  const { ann, bob, lab } = yield* begin(engine)
  yield* Effect.scoped(
    Effect.gen(function* () {
      yield* lab.db.holdRow(1, Person.ref(1))
      yield* ann.start("n")
      yield* within(500, bob.say("n"))
      assert.strictEqual(yield* place(lab, 2), 1)
      assert.strictEqual(yield* place(lab, 1), 0)
    })
  )
  yield* Lab.pass(3_000)
  assert.strictEqual(yield* place(lab, 1), 1)
})

export const projectionIsTheRows: Check = Effect.fnUntraced(function* (engine) {
  const { ann, lab, machine } = yield* begin(engine)
  yield* within(500, ann.say("go 5"))
  yield* machine.stop
  const next = yield* lab.machine(engine)
  yield* within(5_000, ann.at(next).say("n"))
  assert.strictEqual(yield* place(lab, 1), 6)
})

export const inboxesAreBounded: Check = Effect.fnUntraced(function* (engine) {
  const { ann } = yield* begin(engine)
  const replies = yield* within(5_000, ann.say(...Array.from({ length: 1_000 }, () => "n")))
  assert.isTrue(replies.some((reply) => Lab.tag(reply) === "Overloaded"))
})

export const coinsAreConserved: Check = Effect.fnUntraced(function* (engine) {
  const { ann, bob, lab } = yield* begin(engine)
  yield* within(500, ann.say("hand 2"))
  yield* within(500, bob.say("hand 1"))
  const { rows } = yield* lab.kept(1)
  const coins = [...rows.values()].filter(({ aggregate }) => aggregate._tag === "Coin")
  assert.strictEqual(
    coins.reduce((sum, { row }) => sum + (row as { value: number }).value, 0),
    5
  )
})

export const heardByWhomItConcerns: Check = Effect.fnUntraced(function* (engine) {
  const { ann, machine } = yield* begin(engine)
  const heard = yield* Lab.listen(machine, 1, 0)
  yield* within(1_000, ann.say("bell 0 1 0"))
  const events = heard.chunks.flatMap((chunk) => chunk.events)
  assert.deepStrictEqual(
    events.map(({ streams, type }) => [type, streams]),
    [["Rang", ["person:1"]]]
  )
})

export const heardOnceInOrder: Check = Effect.fnUntraced(function* (engine) {
  const { ann, machine } = yield* begin(engine)
  const heard = yield* Lab.listen(machine, 1, 0)
  yield* within(1_000, ann.say("n", "n", "n"))
  const events = heard.chunks.flatMap((chunk) => chunk.events)
  assert.deepStrictEqual(
    events.map(({ seq }) => seq),
    [1, 2, 3]
  )
})

export const answeredAfterTheCommit: Check = Effect.fnUntraced(function* (engine) {
  const { ann, lab } = yield* begin(engine)
  const [reply] = yield* within(30_000, ann.say("n"))
  assert.strictEqual(reply!._tag, "Accepted")
  assert.strictEqual(yield* place(lab, 1), 1)
})
