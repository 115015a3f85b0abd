/** Poison on a real database, through the whole engine: who is to blame is a dead letter alone. */
import { assert, layer } from "@effect/vitest"
import { DeadLetters } from "@wr2/postgres"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { Effect } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { pending } from "../../packages/engine/test/Looks.ts"
import { yard } from "../../packages/engine/test/Yard.ts"
import * as Yards from "./yards.ts"

const count = 256
/** Whose Action is poison, and of which kind. */
const poison = new Map([
  [17, "throw"],
  [40, "spin"],
  [41, "throw"],
  [100, "constraint"],
  [101, "corrupt"],
  [255, "constraint"],
  [256, "spin"]
])

/** One due Action of each: some poisonous, the others a step. */
const queue = Array.from({ length: count }, (_, i) => {
  const id = i + 1
  const kind = poison.get(id)
  if (kind === "constraint") return pending(id, id, { type: "Ring" })
  return kind === undefined || kind === "corrupt"
    ? pending(id, id, { type: "Walk" }, { person: id, by: 1 })
    : pending(id, id, { type: "Misbehave" }, { person: id, how: kind })
})

const settled = (instance: number) =>
  Harness.waitUntil(
    `instance ${instance} has nothing left to do`,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const left =
        yield* sql`SELECT 1 FROM wr2.action_queue WHERE instance_id = ${instance} LIMIT 1`
      return left.length === 0
    }),
    { within: 40_000 }
  )

/** What is looked at of an instance. */
const kept = Effect.fnUntraced(function* (instance: number) {
  const sql = yield* SqlClient.SqlClient
  const done = yield* sql<{ readonly no: number; readonly outcome: string }>`
    SELECT accept_no::float8 AS no, outcome FROM wr2.action_log WHERE instance_id = ${instance} ORDER BY 1`
  const seqs = yield* sql<{ readonly seq: number }>`
    SELECT seq::float8 AS seq FROM wr2.event_log WHERE instance_id = ${instance} ORDER BY 1`
  const [walked] = yield* sql<{ readonly n: number }>`
    SELECT count(*)::float8 AS n FROM wr2.person WHERE instance_id = ${instance} AND place = 1`
  return { done, seqs: seqs.map(({ seq }) => seq), walked: walked!.n }
})

for (const queueFirst of [false, true]) {
  layer(PgFixture.layer(yard), { excludeTestServices: true })(
    `Poison, queueFirst: ${queueFirst}`,
    (it) => {
      it.effect(
        "several at once among innocents, in both instances of a transaction: each a dead letter, the rest done",
        () =>
          Effect.gen(function* () {
            const sql = yield* SqlClient.SqlClient
            yield* sql`ALTER TABLE wr2.person ADD CONSTRAINT no_bells CHECK (id NOT IN (100, 255) OR rung = 0)`
            for (const instance of [1, 2]) {
              yield* Yards.founded(instance, count, queue)
              // No whole number that JavaScript knows.
              yield* sql`UPDATE wr2.person SET place = 1152921504606846977 WHERE instance_id = ${instance} AND id = 101`
            }
            const engine = yield* Yards.engine("poisoned", { executors: 1, queueFirst })
            yield* Effect.all([engine.wake(1), engine.wake(2)], { concurrency: "unbounded" })
            for (const instance of [1, 2]) {
              yield* settled(instance)
              const { done, seqs, walked } = yield* kept(instance)
              assert.strictEqual(done.length, count - poison.size)
              assert.deepStrictEqual(new Set(done.map(({ outcome }) => outcome)), new Set(["done"]))
              assert.strictEqual(walked, count - poison.size)
              assert.deepStrictEqual(
                seqs,
                seqs.map((_, i) => i + 1)
              )
              const letters = yield* DeadLetters.list({ instance })
              assert.deepStrictEqual(
                letters.map(({ no }) => no).sort((a, b) => a - b),
                [...poison.keys()]
              )
              for (const letter of letters) {
                assert.deepInclude(letter, {
                  actor: { type: "Person", id: letter.no },
                  seed: letter.no,
                  runner: "poisoned",
                  contentHash: yard.content.hash,
                  rule: 1,
                  past: [],
                  dropped: null
                })
                assert.isAbove(letter.now, 0)
                assert.isAtLeast(letter.asOf ?? -1, 0)
                const kind = poison.get(letter.no)!
                const row = letter.rows?.[0]
                assert.strictEqual(row?.aggregate, "Person", kind)
                assert.strictEqual(row?.id, letter.no)
                if (kind === "throw") assert.match(letter.error, /written to throw\n\s+at .*Yard/)
                if (kind === "spin") assert.match(letter.error, /Overran|time limit/)
                if (kind === "constraint") assert.match(letter.error, /23514.*no_bells/)
                if (kind === "corrupt") {
                  assert.match(letter.error, /Person 101 does not decode/)
                  assert.deepInclude(row!, { corrupt: true })
                  assert.deepInclude(row!.row, { place: "1152921504606846977" })
                } else assert.deepInclude(row?.row, { place: 0, rung: 0 })
              }
            }
            yield* engine.stop
          }),
        60_000
      )
    }
  )
}
