/** History let go by volumes: what stays, and what is refused. */
import { assert, layer } from "@effect/vitest"
import { ConsumerOffsets } from "@wr2/engine/ConsumerOffsets"
import * as PgFixture from "@wr2/testkit/PgFixture"
import * as S from "@wr2/testkit/PortSuites/Support"
import { testGame } from "@wr2/testkit/TestGame"
import { Effect, Fiber, Schedule } from "effect"
import * as Retention from "../src/Retention.ts"
import { defaults } from "../src/RetentionPolicy.ts"
import { all, head, range, retain, seqs, tables, turning, write } from "./retaining.ts"
import { holding, rows, session } from "./support.ts"

layer(PgFixture.layer(testGame), { excludeTestServices: true })("retention", (it) => {
  it.effect("lets go of whole volumes; who reads sees where history begins", () =>
    Effect.gen(function* () {
      const owned = yield* S.born({})
      const { instance } = owned
      yield* write(owned, 1, 5)
      yield* retain(turning)
      yield* write(owned, 6, 9)
      yield* retain(turning)
      yield* write(owned, 10, 12)
      assert.deepStrictEqual(yield* seqs(instance), range(1, 12))
      assert.deepStrictEqual(yield* seqs(instance, 7), range(8, 12))
      assert.strictEqual((yield* head(instance))?.oldest, 1)
      const first = (yield* tables)[0]!
      const { state } = yield* Retention.look(defaults)
      const oldest = state.volumes.find(({ volume }) => first === `event_log_${volume}`)!
      const report = yield* retain({ ...defaults, bytes: 1, volumeBytes: 2 ** 40 })
      assert.include(
        report.steps.map((step) => (step._tag === "Drop" ? step.volume.volume : step._tag)),
        oldest.volume
      )
      // All that was sealed went: what is written stays.
      assert.deepStrictEqual(yield* seqs(instance), [])
      assert.deepStrictEqual(report.waiting, [])
      assert.notInclude(yield* tables, first)
      assert.deepStrictEqual(yield* rows("SELECT 1 FROM wr2.action_log"), [])
      const { lineage } = owned
      assert.deepStrictEqual(yield* head(instance), { lineage, last: 12, oldest: 13 })
    })
  )

  it.effect("numbers never begin again, of an instance that was never released either", () =>
    Effect.gen(function* () {
      const owned = yield* S.born({})
      const other = yield* S.born({})
      yield* write(owned, 1, 7)
      yield* retain(all)
      // The other has written a volume more: the first's last numbers are of long ago.
      yield* write(other, 1, 3)
      yield* retain(all)
      yield* write(other, 4, 4)
      yield* retain(all)
      assert.deepStrictEqual(yield* rows("SELECT 1 FROM wr2.event_log"), [])
      const next = yield* S.activate(owned.instance)
      assert.deepInclude(next, { lastSeq: 7, lastNo: 7, lastNow: 2_000, released: false })
      assert.strictEqual((yield* head(owned.instance))?.oldest, 8)
      yield* write(next, 8, 8)
      assert.deepStrictEqual(yield* seqs(owned.instance), [8])
      assert.strictEqual((yield* S.activate(other.instance)).lastSeq, 4)
    })
  )

  it.effect("a seq that was there is refused: in its volume, in one before, in one let go", () =>
    Effect.gen(function* () {
      const owned = yield* S.born({})
      const neighbour = yield* S.born({})
      const twice = (seq: number) =>
        S.failsWith(S.written(owned, { events: [S.event(seq)] }), "Fenced")
      yield* write(owned, 1, 3)
      yield* twice(3)
      yield* retain(turning)
      yield* twice(3)
      yield* twice(1)
      // A neighbour with other numbers is none of its business.
      yield* write(neighbour, 1, 1)
      yield* write(owned, 4, 4)
      yield* retain(all)
      yield* twice(4)
      yield* twice(2)
      yield* write(owned, 5, 5)
      assert.deepStrictEqual(yield* seqs(owned.instance), [5])
    })
  )

  it.effect("also while the volume before is not sealed yet", () =>
    Effect.gen(function* () {
      const owned = yield* S.born({})
      const other = yield* S.born({})
      yield* write(owned, 1, 3)
      // A writer that takes its time: it began before the turn, so the volume stays open.
      yield* Effect.scoped(
        Effect.gen(function* () {
          const slow = yield* holding(
            "INSERT INTO wr2.event_log (instance_id, seq, event_type, version, payload, streams, created_at) " +
              "VALUES ($1, 1, 'Late', 1, '{}', '{}', now())",
            [other.instance]
          )
          const retaining = yield* Effect.forkChild(retain(turning))
          const turned = rows<{ before: number | null }>("SELECT before FROM wr2.log_turn")
          yield* turned.pipe(
            Effect.repeat({
              until: ([row]) => row!.before !== null,
              schedule: Schedule.spaced(5)
            })
          )
          yield* S.failsWith(S.written(owned, { events: [S.event(2)] }), "Fenced")
          yield* write(owned, 4, 5)
          assert.deepStrictEqual(yield* seqs(owned.instance), range(1, 5))
          assert.deepStrictEqual(yield* seqs(owned.instance, 4), [5])
          assert.strictEqual((yield* head(owned.instance))?.last, 5)
          assert.strictEqual((yield* S.activate(owned.instance)).lastSeq, 5)
          yield* slow.query("COMMIT")
          yield* Fiber.join(retaining)
        })
      )
      assert.deepStrictEqual(yield* rows("SELECT before FROM wr2.log_turn"), [{ before: null }])
      // The late one's Event is in the span all the same.
      yield* S.failsWith(S.written(other, { events: [S.event(1)] }), "Fenced")
      assert.strictEqual((yield* S.activate(other.instance)).lastSeq, 1)
    })
  )

  it.effect("a consumer that is new begins behind what is gone, or at what is newest", () =>
    Effect.gen(function* () {
      const offsets = yield* ConsumerOffsets
      const [gone, left] = [yield* S.born({}), yield* S.born({})]
      yield* write(gone, 1, 5)
      yield* write(left, 1, 5)
      yield* retain(all)
      yield* write(left, 6, 9)
      yield* offsets.enrol([
        { name: "early", from: "beginning" },
        { name: "late", from: "now" }
      ])
      const begun = (instance: number) =>
        rows(
          "SELECT seq::int AS seq FROM wr2.consumer_offset WHERE instance_id = $1 ORDER BY consumer",
          [instance]
        )
      assert.deepStrictEqual(yield* begun(gone.instance), [{ seq: 5 }, { seq: 5 }])
      assert.deepStrictEqual(yield* begun(left.instance), [{ seq: 5 }, { seq: 9 }])
      yield* rows("DELETE FROM wr2.consumer_offset")
    })
  )

  it.effect(
    "nobody looks after the logs, and the clock jumps: rows go on into the last volume",
    () =>
      Effect.gen(function* () {
        const owned = yield* S.born({})
        const year = 365 * 86_400_000
        for (const [i, at] of [Date.now(), Date.now() + 10 * year, 0].entries()) {
          yield* S.written(owned, {
            events: [S.event(i + 1, { at })],
            log: [S.done(i + 1, { now: at })]
          })
        }
        assert.deepStrictEqual(yield* seqs(owned.instance), [1, 2, 3])
        yield* retain(all)
        yield* write(owned, 4, 4)
        assert.deepStrictEqual(yield* seqs(owned.instance), [4])
      })
  )

  it.effect("a look changes nothing", () =>
    Effect.gen(function* () {
      const owned = yield* S.born({})
      yield* write(owned, 1, 2)
      const before = yield* tables
      const { steps } = yield* Retention.look(turning)
      assert.deepStrictEqual(
        steps.map(({ _tag }) => _tag),
        ["Turn"]
      )
      assert.deepStrictEqual(yield* tables, before)
      assert.deepStrictEqual(yield* seqs(owned.instance), [1, 2])
    })
  )

  it.effect(
    "a consumer that is behind holds history back, up to a limit, and is told what it lost",
    () =>
      Effect.gen(function* () {
        const owned = yield* S.born({})
        const { instance } = owned
        yield* rows(
          "INSERT INTO wr2.consumer_offset (instance_id, consumer, seq) VALUES ($1, 'mail', 2)",
          [instance]
        )
        yield* write(owned, 1, 5)
        const patient = { ...all, hold: 3_600_000 }
        yield* retain(patient)
        const held = yield* retain(patient)
        assert.deepStrictEqual(
          held.steps.flatMap((step) => (step._tag === "Held" ? step.volume.behind : [])),
          [{ instance, consumer: "mail", seq: 2, last: 5 }]
        )
        assert.deepStrictEqual(yield* seqs(instance, 2), [3, 4, 5])
        yield* retain(all)
        assert.deepStrictEqual(yield* seqs(instance, 2), [])
        assert.deepStrictEqual(
          yield* rows(
            "SELECT consumer, after_seq::int AS after, through_seq::int AS through FROM wr2.consumer_gap WHERE instance_id = $1",
            [instance]
          ),
          [{ consumer: "mail", after: 2, through: 5 }]
        )
        yield* write(owned, 6, 6)
        yield* rows("UPDATE wr2.consumer_offset SET seq = 6 WHERE instance_id = $1", [instance])
        const free = yield* retain(patient)
        assert.isFalse(free.steps.some(({ _tag }) => _tag === "Held"))
        assert.deepStrictEqual(yield* seqs(instance), [])
      })
  )

  it.effect(
    "dead letters go by age; never those that carry something, nor the number of the last",
    () =>
      Effect.gen(function* () {
        const owned = yield* S.born({})
        const carrying = { actor: { type: "instance", id: 3 } }
        yield* S.written(owned, {
          dead: [S.dead(1), S.dead(2, carrying), S.dead(3, { now: Date.now() + 60_000 }), S.dead(4)]
        })
        const letters = Effect.map(
          rows<{ no: number }>(
            "SELECT accept_no::int AS no FROM wr2.dead_letter WHERE instance_id = $1 ORDER BY 1",
            [owned.instance]
          ),
          (found) => found.map(({ no }) => no)
        )
        const policy = { ...all, deadLetters: 1 }
        // No volume has its numbers yet.
        yield* retain(policy)
        assert.deepStrictEqual(yield* letters, [1, 2, 3, 4])
        yield* S.written(owned, { log: [S.done(5)] })
        yield* retain(policy)
        yield* retain(policy)
        assert.deepStrictEqual(yield* letters, [2, 3])
        assert.strictEqual((yield* S.activate(owned.instance)).lastNo, 5)
      })
  )
})

layer(PgFixture.layer(testGame), { excludeTestServices: true })("history", (it) => {
  it.effect("is immutable: no UPDATE, DELETE or TRUNCATE, of a log or of a volume", () =>
    Effect.gen(function* () {
      const owned = yield* S.born({})
      yield* write(owned, 1, 2)
      yield* retain(turning)
      yield* write(owned, 3, 3)
      const other = yield* session()
      const [first, last] = yield* tables
      const refused = Effect.fnUntraced(function* (text: string) {
        const error = yield* Effect.flip(other.query(text))
        assert.strictEqual((error.reason.cause as { code?: string }).code, "WR002", text)
      })
      for (const log of [
        "event_log",
        "action_log",
        first!,
        last!,
        first!.replace("event", "action")
      ]) {
        yield* refused(`UPDATE wr2.${log} SET version = 2`)
        yield* refused(`UPDATE wr2.${log} SET volume = 99`)
        if (log !== last) yield* refused(`DELETE FROM wr2.${log}`)
        yield* refused(`TRUNCATE wr2.${log}`)
      }
      assert.deepStrictEqual(yield* seqs(owned.instance), [1, 2, 3])
    })
  )
})
