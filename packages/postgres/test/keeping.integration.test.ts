/** Snapshots that retention takes before it lets go: so many in a turn, in nobody's way, and no longer than they are good for. */
import { assert, layer } from "@effect/vitest"
import * as PgFixture from "@wr2/testkit/PgFixture"
import * as S from "@wr2/testkit/PortSuites/Support"
import { testGame } from "@wr2/testkit/TestGame"
import { Effect } from "effect"
import * as Retention from "../src/Retention.ts"
import { all, seqs, turning, write } from "./retaining.ts"
import { rows, session } from "./support.ts"

const { aggregates } = testGame
/** Everything is due to go, and waits an hour for whoever has a reason. */
const patient = { ...all, hold: 3_600_000 }

const heads = (instance: number) =>
  Effect.map(
    rows<{ seq: number }>(
      "SELECT seq::int AS seq FROM wr2.snapshot_head WHERE instance_id = $1 ORDER BY 1",
      [instance]
    ),
    (found) => found.map(({ seq }) => seq)
  )

const tags = ({ steps }: Retention.Report) => steps.map(({ _tag }) => _tag)

layer(PgFixture.layer(testGame), { excludeTestServices: true })("retention", (it) => {
  it.effect("a volume waits for the snapshots that follow it, so many in a turn", () =>
    Effect.gen(function* () {
      const owned = yield* Effect.forEach([1, 2, 3], () => S.born({}))
      for (const one of owned) yield* write(one, 1, 4)
      // One in which nothing happens needs none.
      yield* S.born({})
      yield* Retention.run(turning)
      // A turn that has no time for it takes none.
      const none = yield* Retention.run(patient, { aggregates, within: 0 })
      assert.strictEqual(none.snapshots, 0)
      assert.deepStrictEqual(tags(none), ["Held"])
      const [held] = none.steps
      assert.strictEqual(held?._tag === "Held" ? held.volume.unfollowed : 0, 3)
      assert.deepStrictEqual(yield* seqs(owned[0]!.instance), [1, 2, 3, 4])
      const done = yield* Retention.run(patient, { aggregates })
      assert.strictEqual(done.snapshots, 3)
      assert.deepStrictEqual(tags(done), ["Drop"])
      assert.deepStrictEqual(yield* seqs(owned[0]!.instance), [])
      for (const { instance } of owned) assert.deepStrictEqual(yield* heads(instance), [4])
      // Nothing has happened since: there is nothing to take.
      assert.strictEqual((yield* Retention.run(patient, { aggregates })).snapshots, 0)
    })
  )

  it.effect("one that cannot be taken is tried again; others are, and past the limit it goes", () =>
    Effect.gen(function* () {
      const [one, other] = [yield* S.born({}), yield* S.born({})]
      for (const each of [one, other]) yield* write(each, 1, 3)
      yield* Retention.run(turning)
      yield* Effect.scoped(
        Effect.gen(function* () {
          // Somebody takes one, and does not come to an end.
          const somebody = yield* session()
          yield* somebody.query("SELECT pg_advisory_lock(hashtextextended('wr2.snapshot', $1))", [
            one.instance
          ])
          const held = yield* Retention.run(patient, { aggregates })
          assert.deepStrictEqual(tags(held), ["Held"])
          assert.deepStrictEqual(yield* heads(one.instance), [])
          assert.deepStrictEqual(yield* heads(other.instance), [3])
          const late = yield* Retention.run(all, { aggregates })
          assert.deepStrictEqual(tags(late), ["Drop"])
        })
      )
      // It is made up for, though its Events are gone: what comes after it can be run again.
      assert.strictEqual((yield* Retention.run(patient, { aggregates })).snapshots, 1)
      assert.deepStrictEqual(yield* heads(one.instance), [3])
    })
  )

  it.effect("those that nothing leads on from go, but the last one of an instance", () =>
    Effect.gen(function* () {
      const owned = yield* S.born({})
      const { instance } = owned
      // Kept for a while each, one after the other.
      const keeping = { ...all, age: 365 * 86_400_000, volumeBytes: 1 }
      for (const from of [1, 4, 7]) {
        yield* write(owned, from, from + 2)
        yield* Retention.run(keeping, { aggregates })
      }
      assert.deepStrictEqual(yield* heads(instance), [3, 6, 9])
      yield* Retention.run(all, { aggregates })
      assert.deepStrictEqual(yield* seqs(instance), [])
      assert.deepStrictEqual(yield* heads(instance), [9])
      assert.deepStrictEqual(
        yield* rows("SELECT seq::int AS seq FROM wr2.snapshot WHERE instance_id = $1 AND seq > 0", [
          instance
        ]),
        [{ seq: 9 }]
      )
    })
  )
})
