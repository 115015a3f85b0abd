/** `wr2 audit` and `wr2 replay` of a world whose history goes: nothing is lost that is not, and what is left is whole. */
import { assert, layer } from "@effect/vitest"
import type { Game } from "@wr2/core"
import { prepare } from "@wr2/engine/GameDef"
import { defaults as limits } from "@wr2/engine/Limits"
import { Database, Retention, RetentionPolicy } from "@wr2/postgres"
import * as Replaying from "@wr2/postgres/Replaying"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { game } from "@wr2/testkit/SmallWorld"
import { Effect, Redacted } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { damaged, look, number, only, playing, world } from "./audited.ts"
import { enter } from "./world.ts"

const day = 86_400_000
const { defaults } = RetentionPolicy
const { aggregates } = game as Game.Any

const plays = playing(
  Effect.gen(function* () {
    const bob = yield* enter(1, 2_002, "Bob")
    yield* bob.say("say so it goes", "drop 1 gold", "get gold", "s", "n")
  })
)

const unsafe = (text: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<Record<string, number>>(text))

/** What was written so far is a volume of its own, so many days old. */
const volumeOf = Effect.fnUntraced(function* (days: number, followed = true) {
  const turning = { ...defaults, age: 1_000 * day, volumeBytes: 1 }
  yield* Retention.run(turning, followed ? { aggregates } : {})
  yield* unsafe(
    `UPDATE wr2.log_volume SET closed_at = closed_at - interval '${days} days' WHERE volume = (SELECT max(volume) FROM wr2.log_volume WHERE sealed_at IS NOT NULL)`
  )
})

/** Lets go by a policy that nothing but age has a say in. */
const letGo = (days: number, more: Partial<RetentionPolicy.RetentionPolicy> = {}) =>
  Retention.run({ ...defaults, age: days * day, hold: 0, ...more }, { aggregates })

const volumes = Effect.map(
  unsafe("SELECT 1 FROM wr2.log_volume WHERE sealed_at IS NOT NULL"),
  ({ length }) => length
)

const replayed = Effect.gen(function* () {
  const report = yield* Replaying.replay(yield* Database, {
    instance: 1,
    from: undefined,
    to: undefined,
    definition: prepare(game as Game.Any),
    definitionOf: () => Effect.undefined,
    limits,
    guard: (thunk) => thunk(),
    progress: () => Effect.void
  })
  assert.isUndefined(report.difference ?? report.stopped)
  return report
})

layer(world, { excludeTestServices: true, timeout: 120_000 })(
  "wr2 audit, of what is kept",
  (it) => {
    it.effect(
      "a letter that went by age while its volume is kept is not an Action that is nowhere",
      () =>
        Effect.gen(function* () {
          const no = yield* number(
            "SELECT max(accept_no)::float8 + 1 AS n FROM (SELECT accept_no FROM wr2.action_log WHERE instance_id = 1 UNION ALL SELECT accept_no FROM wr2.action_queue WHERE instance_id = 1) AS a"
          )
          yield* unsafe(
            `INSERT INTO wr2.action_queue (instance_id, accept_no, action_type, version, payload, idempotency_key, seed, priority, run_at, attempts, depth)
          VALUES (1, ${no}, 'Nonsense', 1, '{}', 'planted', 7, 0, now(), 0, 0)`
          )
          yield* plays
          yield* Harness.waitUntil(
            "it is a dead letter",
            Effect.map(unsafe("SELECT 1 FROM wr2.dead_letter"), ({ length }) => length === 1)
          )
          yield* unsafe("UPDATE wr2.dead_letter SET now = now - interval '8 days'")
          yield* volumeOf(8)
          yield* plays
          const { deadLetters } = yield* letGo(30, { deadLetters: 7 * day })
          assert.strictEqual(deadLetters, 1)
          assert.deepStrictEqual((yield* look()).findings, [])
          // It is not forgiven whatever else is lost.
          const { findings } = yield* damaged(["DELETE FROM wr2.dead_letter_forgotten"], look([1]))
          assert.include(
            only(findings, "actions")
              .map(({ what }) => what)
              .join(),
            `Action ${no} is nowhere`
          )
        })
    )

    it.effect("a lost Action shows, also where a kept volume has no Events of its instance", () =>
      Effect.gen(function* () {
        const no = yield* number(
          "SELECT max(accept_no)::float8 AS n FROM wr2.action_queue WHERE instance_id = 1 AND accept_no < (SELECT max(accept_no) FROM wr2.action_log WHERE instance_id = 1)"
        )
        const { findings } = yield* damaged(
          [
            // As it is written of a volume in which nothing but Actions without Events was done.
            "UPDATE wr2.log_span SET first_seq = NULL WHERE instance_id = 1",
            `DELETE FROM wr2.action_queue WHERE instance_id = 1 AND accept_no = ${no}`
          ],
          look([1])
        )
        assert.include(
          only(findings, "actions").map(({ what }) => what),
          `Action ${no} is nowhere: neither pending, nor done, nor dead`
        )
      })
    )

    it.effect(
      "when the oldest volumes go, the rest can be run again and is whole, turn by turn",
      () =>
        Effect.gen(function* () {
          // Of each sealed volume there is a snapshot from before it is due to go.
          for (const days of [6, 4, 2]) {
            yield* volumeOf(days)
            yield* plays
          }
          const heads = Effect.map(
            unsafe(
              "SELECT seq::int AS seq FROM wr2.snapshot_head WHERE instance_id = 1 ORDER BY 1"
            ),
            (rows) => rows.map(({ seq }) => seq!)
          )
          assert.lengthOf(yield* heads, 4)
          assert.strictEqual((yield* replayed).snapshot, 0)
          const spans = yield* unsafe(
            "SELECT last_seq::int AS last FROM wr2.log_span WHERE instance_id = 1 ORDER BY volume"
          )
          // The first is of eight days ago.
          for (const [gone, days] of [7, 5, 3].entries()) {
            const { snapshots, steps } = yield* letGo(days)
            assert.strictEqual(steps.filter(({ _tag }) => _tag === "Drop").length, 1)
            assert.strictEqual(snapshots, 0)
            const { findings, instances } = yield* look()
            assert.deepStrictEqual(findings, [])
            assert.isTrue(instances.every(({ folded }) => folded))
            const [one] = instances
            assert.match(
              one!.unchecked.join(),
              /^Actions up to number \d+: their volumes were dropped$/
            )
            // From the volume's end on, or nearly: nothing of what is kept is left out.
            const report = yield* replayed
            assert.isAtLeast(report.snapshot, spans[gone]!.last!)
            assert.isBelow(report.snapshot, spans[gone + 1]!.last!)
            assert.isAbove(report.rows!, 20)
            assert.strictEqual((yield* heads)[0], report.snapshot)
          }
          // A gap right after what is gone shows all the same.
          const no = yield* number(
            "SELECT max(accept_no)::float8 AS n FROM wr2.action_log WHERE instance_id = 1"
          )
          const { findings } = yield* damaged(
            [`DELETE FROM wr2.action_log WHERE instance_id = 1 AND accept_no = ${no}`],
            look([1])
          )
          assert.isAbove(only(findings, "actions").length, 0)
        })
    )

    it.effect(
      "without a snapshot it says plainly what it could not check, and does not end with 0",
      () =>
        Effect.gen(function* () {
          const { url } = yield* PgFixture.Fixture
          const run = Effect.gen(function* () {
            const child = yield* Harness.start({
              name: "audit",
              script: Harness.wr2,
              args: ["audit", "1"],
              env: { DATABASE_URL: Redacted.value(url), WR2_LOG_LEVEL: "Warn" }
            })
            const { code } = yield* child.ended
            return { code, output: child.output() }
          }).pipe(Effect.scoped)
          yield* volumeOf(0, false)
          yield* Retention.run({ ...defaults, age: 1, hold: 0 })
          assert.strictEqual(yield* volumes, 0)
          const blind = yield* run
          assert.strictEqual(blind.code, 3, blind.output)
          assert.match(blind.output, /not checked: its rows against its Events/)
          assert.match(
            blind.output,
            /could be checked\. NOT CHECKED: rows against Events.* of instance 1\n/
          )
          // The next turn makes up for it.
          assert.isAbove((yield* letGo(30)).snapshots, 0)
          yield* plays
          assert.isTrue((yield* look([1])).instances[0]!.folded)
          assert.isAbove((yield* replayed).same, 0)
        })
    )
  }
)
