/** `wr2 dead` where there are more dead letters than it takes up in one go. */
import { assert, layer } from "@effect/vitest"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { Effect, Redacted } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { yard } from "../../packages/engine/test/Yard.ts"
import * as Yards from "./yards.ts"

/** The command in a process of its own. */
const run = (...args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { url } = yield* PgFixture.Fixture
    const process = yield* Harness.start({
      name: args.join(" "),
      script: Harness.wr2,
      args: ["dead", ...args],
      env: { DATABASE_URL: Redacted.value(url), WR2_LOG_LEVEL: "Warn" }
    })
    const { code } = yield* process.ended
    return { code, output: process.output() }
  }).pipe(Effect.scoped)

layer(PgFixture.layer(yard), { excludeTestServices: true })("wr2 dead", (it) => {
  it.effect(
    "who asks for all learns that it was not all, and all that is said is heard",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* Yards.founded(1, 1, [])
        yield* sql`
          INSERT INTO wr2.dead_letter (instance_id, accept_no, action_type, version, payload,
            idempotency_key, seed, priority, run_at, attempts, depth, now, content_hash, error, reference)
          SELECT 1, n, 'Ring', 1, '{}', 'k' || n, 0, 0, now(), 0, 0, now(), '', 'mute', 'r' || n
          FROM generate_series(1, 10002) AS n`
        const left = Effect.map(
          sql`SELECT 1 FROM wr2.dead_letter WHERE dropped_at IS NULL`,
          ({ length }) => length
        )
        const listed = yield* run("ls")
        assert.match(listed.output, /the latest 10000: .* choose others/)
        const done = yield* run("drop", "--all", "--why", "mute", "--yes")
        assert.strictEqual(done.code, 0)
        assert.match(done.output, /these were the latest 10000: ask again for the rest/)
        assert.lengthOf(done.output.match(/: dropped$/gm) ?? [], 10_000)
        assert.strictEqual(yield* left, 2)
        const rest = yield* run("drop", "--all", "--why", "mute", "--yes")
        assert.notMatch(rest.output, /ask again/)
        assert.strictEqual(yield* left, 0)
      }),
    120_000
  )
})
