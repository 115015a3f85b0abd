/** Poison of the worse kind, and dead letters that are put back. */
import { assert, it } from "@effect/vitest"
import type { ActionRecord } from "@wr2/engine/Records"
import { Effect } from "effect"
import { inBothForms, known, pass, tag } from "./Lab.ts"
import type { Lab, Machine } from "./Lab.ts"
import { Coin, people, Person } from "./Yard.ts"

/** Does by hand what `wr2 dead redrive` does: letters go to the queue, nobody owns the instance. */
const redrive = (
  lab: Lab,
  instance: number,
  mend: (payload: any) => unknown = (payload) => payload
) =>
  Effect.gen(function* () {
    const tables = lab.db.state.instances.get(instance)!
    const { epoch } = lab.db.state.owners.get(instance)!
    for (const letter of tables.dead.values()) {
      const { actor, cause, commandId, key, no, priority, seed, type, version } = letter
      const record: ActionRecord = {
        actor,
        cause,
        commandId,
        key,
        no,
        priority,
        seed,
        type,
        version,
        payload: mend(letter.payload),
        runAt: yield* lab.db.now,
        attempts: 0,
        depth: 0
      }
      tables.queue.set(letter.no, record)
    }
    tables.dead.clear()
    yield* lab.db.editOwner(instance, { epoch: epoch + 1, releasedAt: null, nextDue: null })
  })

/** Woken as the Waker does: again and again, for the old owner does not know yet that it is none. */
const woken = (machine: Machine, instance: number) =>
  Effect.forEach([1, 2, 3, 4], () =>
    Effect.andThen(Effect.forkChild(machine.call(instance, { _tag: "Wake" })), () => pass(2_500))
  )

inBothForms("Poison", (laboratory) => {
  it.effect("what cannot be told what it is, is a dead letter all the same", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(2, true))
      const m = yield* lab.machine()
      const one = known(m, 1, 1)
      assert.strictEqual(tag((yield* one.say("wrong strange"))[0]), "Accepted")
      assert.strictEqual(tag((yield* one.say("wrong planstrange"))[0]), "Broken")
      assert.strictEqual(tag((yield* known(m, 1, 2).say("n"))[0]), "Accepted")
      yield* pass(500)
      const { dead, log, owner } = yield* lab.kept(1)
      assert.deepStrictEqual(
        [...dead.values()].map(({ type }) => type),
        ["Misbehave"]
      )
      assert.strictEqual(log.size, 1)
      assert.strictEqual(owner.epoch, 1)
    })
  )

  it.effect("an Action that dies after following up leaves no gap in the numbers", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory()
      yield* lab.found(1, people(1, true))
      const m = yield* lab.machine()
      yield* known(m, 1, 1).say("wrong follow", "n")
      yield* pass(500)
      const { dead, log, queue } = yield* lab.kept(1)
      assert.strictEqual(queue.size, 0)
      assert.deepStrictEqual([...dead.keys(), ...log.keys()], [1, 2])
    })
  )

  it.effect("no more locked rows are kept than deadRowsMax; how many more there were is said", () =>
    Effect.gen(function* () {
      const lab = yield* laboratory({ limits: { deadRowsMax: 2 } })
      yield* lab.found(1, [
        ...people(2, true),
        ...[11, 12, 13].map((id) => Coin.row({ id, holder: 1, value: 1 }))
      ])
      const m = yield* lab.machine()
      yield* lab.db.editRow(1, Coin.ref(13), (row) => ({ ...row, value: "much" }))
      yield* known(m, 1, 1).say("wrong hoard")
      const [letter] = [...(yield* lab.kept(1)).dead.values()]
      assert.match(letter!.error, /a hoard/)
      assert.deepStrictEqual(
        letter!.rows?.map(({ aggregate, id }) => [aggregate, id]),
        [
          ["Person", 1],
          ["Coin", 11]
        ]
      )
      assert.strictEqual(letter!.rowsLeftOut, 1)
    })
  )

  it.effect(
    "a message that was put back is planned again; let in, it arrives; else it is dead",
    () =>
      Effect.gen(function* () {
        const lab = yield* laboratory()
        yield* lab.found(1, [
          Person.row({ id: 1, name: "refugee", place: 0, rung: 3 }, { session: "s1", mood: "" })
        ])
        yield* lab.found(2, [])
        const m = yield* lab.machine()
        yield* known(m, 1, 1).say("cross 2")
        yield* pass(1_000)
        assert.strictEqual((yield* lab.kept(2)).dead.size, 1)
        yield* redrive(lab, 2)
        yield* woken(m, 2)
        const again = yield* lab.kept(2)
        assert.deepStrictEqual([again.dead.size, again.queue.size, again.log.size], [1, 0, 0])
        assert.match([...again.dead.values()][0]!.error, /rejected/)
        yield* redrive(lab, 2, (payload) => ({ ...payload, name: "settler" }))
        yield* woken(m, 2)
        const { dead, log, rows } = yield* lab.kept(2)
        assert.deepStrictEqual([dead.size, [...rows.keys()]], [0, ["person:1"]])
        assert.deepStrictEqual(
          [...log.values()].map(({ cause, commandId, type }) => [type, commandId, cause]),
          [
            ["message", "instance:1#1", null],
            ["Arrive", "instance:1#1", 1]
          ]
        )
        assert.strictEqual(rows.get("person:1")!.row.rung, 3)
      })
  )
})
