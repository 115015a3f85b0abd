/** What consumers meet on a real database: rows that somebody holds, and an operator's word. */
import { assert, layer } from "@effect/vitest"
import { ConsumerOffsets } from "@wr2/engine/ConsumerOffsets"
import * as PgFixture from "@wr2/testkit/PgFixture"
import * as S from "@wr2/testkit/PortSuites/Support"
import { testGame } from "@wr2/testkit/TestGame"
import { Effect } from "effect"
import * as PgConsumers from "../src/PgConsumers.ts"
import { all, retain, turning, write } from "./retaining.ts"
import { holding, tools } from "./support.ts"

const known = (name: string) => ({ name, from: "beginning" as const })

layer(PgFixture.layer(testGame), { excludeTestServices: true })("consumers", (it) => {
  it.effect("an offset that somebody holds is not waited for, and moves when it is free", () =>
    Effect.gen(function* () {
      const offsets = yield* ConsumerOffsets
      const { instance } = yield* S.born({})
      yield* offsets.open(instance, 0, [known("held"), known("free")])
      const moves = ["held", "free"].map((consumer) => ({ instance, consumer, from: 0, to: 3 }))
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* holding(
            "SELECT seq FROM wr2.consumer_offset WHERE instance_id = $1 AND consumer = 'held' FOR UPDATE",
            [instance]
          )
          assert.deepStrictEqual(yield* offsets.advance(moves), ["held", "written"])
        })
      )
      assert.deepStrictEqual(yield* offsets.advance(moves), ["written", "lost"])
    })
  )

  it.effect("an operator sees who is behind or parked, and lets them go on", () =>
    Effect.gen(function* () {
      const offsets = yield* ConsumerOffsets
      const owned = [yield* S.born({}), yield* S.born({}), yield* S.born({})]
      for (const [i, each] of owned.entries()) {
        const events = Array.from({ length: 10 }, (_, seq) => S.event(seq + 1))
        yield* S.written(each, { events })
        yield* offsets.open(each.instance, 10, [known("mail")])
        const move = { instance: each.instance, consumer: "mail", from: 0, to: 4 }
        if (i < 2) yield* offsets.park(move, { seq: 5, error: "it broke\nsomewhere" })
      }
      const [one, two] = [owned[0]!, owned[1]!]
      const mail = Effect.map(PgConsumers.standings, (all) =>
        all.find(({ consumer }) => consumer === "mail")
      )
      assert.deepStrictEqual(yield* mail, {
        consumer: "mail",
        instances: 3,
        behind: 22,
        parked: 2
      })
      const found = yield* PgConsumers.stuck(1)
      assert.deepStrictEqual(
        found.map(({ at, error }) => ({ at, error })),
        [{ at: 5, error: "it broke\nsomewhere" }]
      )
      const seqs = (instance: number) =>
        Effect.map(offsets.open(instance, 10, [known("mail")]), ([row]) => [
          row!.seq,
          row!.parked === null
        ])
      const resume = (instance: number | undefined, skip: boolean) =>
        PgConsumers.resume({ consumer: "mail", instance, skip })
      assert.deepStrictEqual(yield* resume(one.instance, true), [one.instance])
      assert.deepStrictEqual(yield* seqs(one.instance), [5, true])
      // What retention has dropped is skipped whole.
      yield* tools.dropEvents(two.instance, 8)
      assert.deepStrictEqual(yield* resume(undefined, true), [two.instance])
      assert.deepStrictEqual(yield* seqs(two.instance), [8, true])
      assert.deepStrictEqual(yield* resume(undefined, false), [])
    })
  )

  it.effect("what was dropped is skipped whole while the instance is owned, all of it too", () =>
    Effect.gen(function* () {
      const offsets = yield* ConsumerOffsets
      const owned = yield* S.born({})
      const { instance } = owned
      yield* offsets.open(instance, 0, [known("skipper")])
      yield* write(owned, 1, 9)
      yield* retain(turning)
      yield* retain(all)
      // What the owner's row says is of when it was taken up: nothing had happened by then.
      const move = { instance, consumer: "skipper", from: 0, to: 0 }
      yield* offsets.park(move, { seq: 1, error: "HistoryDropped" })
      const standing = Effect.map(PgConsumers.standings, (each) =>
        each.find(({ consumer }) => consumer === "skipper")
      )
      assert.strictEqual((yield* standing)!.behind, 9)
      yield* PgConsumers.resume({ consumer: "skipper", instance, skip: true })
      const [row] = yield* offsets.open(instance, 9, [known("skipper")])
      assert.deepInclude(row, { seq: 9, parked: null })
      assert.strictEqual((yield* standing)!.behind, 0)
    })
  )
})
