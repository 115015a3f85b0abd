/** `wr2 dead` on the database of `npm start`, while the world runs and while it does not. */
import * as Fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { Postgres } from "@wr2/postgres"
import * as Embedded from "@wr2/postgres/Embedded"
import * as Harness from "@wr2/testkit/Harness"
import { Effect } from "effect"
import * as SqlClient from "effect/sql/SqlClient"

const home = Effect.acquireRelease(
  Effect.sync(() => Fs.mkdtempSync(join(tmpdir(), "wr2-dead-test-"))),
  (dir) =>
    Effect.andThen(
      Effect.ignore(Embedded.stop({ dir })),
      Effect.sync(() => Fs.rmSync(dir, { recursive: true, force: true }))
    )
)

const wr2 = (dir: string, ...args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const process = yield* Harness.start({
      name: args.join(" "),
      script: Harness.wr2,
      args,
      env: { DATABASE_URL: undefined, WR2_HOME: dir, WR2_LOG_LEVEL: "Warn" }
    })
    const { code } = yield* process.ended
    return { code, output: process.output() }
  })

/** `npm start`, ready. */
const world = Effect.fnUntraced(function* (dir: string) {
  const port = yield* Harness.freePort
  const process = yield* Harness.start({
    name: "start",
    script: Harness.wr2,
    args: ["start"],
    env: { DATABASE_URL: undefined, WR2_HOME: dir, PORT: String(port) }
  })
  const ready = Effect.map(
    Harness.get(`http://127.0.0.1:${port}/readyz`),
    (answer) => answer?.status === 200
  )
  yield* Harness.waitUntil("the world is up", ready, { within: 30_000, explain: process.output })
  return { ...process, ready }
})

const isServerUp = (dir: string) => Fs.existsSync(join(dir, "postgres/data/postmaster.pid"))

/** Something of the database, whoever runs it. */
const onDatabase = <A, E>(dir: string, f: Effect.Effect<A, E, SqlClient.SqlClient>) =>
  Effect.gen(function* () {
    const { url } = yield* Embedded.acquire({ dir })
    return yield* f.pipe(
      Effect.provide(Postgres.client({ url, runner: "test", maxConnections: 1 }))
    )
  }).pipe(Effect.scoped)

/** What the queue and the dead letters have in common. */
const action =
  "instance_id, accept_no, action_type, version, payload, actor_type, actor_id, command_id, cause, " +
  "idempotency_key, seed, priority, run_at, attempts, depth"
/** A pending Action dies, as if it had. */
const bury = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    WITH gone AS (DELETE FROM wr2.action_queue AS q WHERE (instance_id, accept_no) IN
      (SELECT instance_id, accept_no FROM wr2.action_queue ORDER BY 1, 2 LIMIT 1)
      RETURNING ${sql.literal(action)})
    INSERT INTO wr2.dead_letter (${sql.literal(action)}, reference, error, now, content_hash)
      SELECT ${sql.literal(action)}, 'aabbccddeeff', 'planted', now(), 'hash' FROM gone`
})
const whereabouts = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [found] = yield* sql<{ pending: number; dead: number; past: number }>`
    SELECT count(*) FILTER (WHERE q.accept_no IS NOT NULL OR l.accept_no IS NOT NULL)::int AS pending,
      (SELECT count(*) FROM wr2.dead_letter)::int AS dead, count(*)::int AS past
    FROM wr2.dead_letter_past AS p LEFT JOIN wr2.action_queue AS q USING (instance_id, accept_no)
    LEFT JOIN wr2.action_log AS l USING (instance_id, accept_no)`
  return found!
})

it.live(
  "looks beside the running world, which runs on; puts back in one that lies still, and leaves it so",
  () =>
    Effect.gen(function* () {
      const dir = yield* home
      const nowhere = yield* wr2(join(dir, "none"), "dead", "ls")
      assert.strictEqual(nowhere.code, 1)
      assert.include(nowhere.output, "there is no world in")
      assert.isFalse(Fs.existsSync(join(dir, "none")))

      const first = yield* world(dir)
      const beside = yield* wr2(dir, "dead", "ls")
      assert.deepStrictEqual([beside.code, beside.output.trim()], [0, "no dead letters"])
      assert.isTrue(yield* first.ready)
      yield* first.stop()
      assert.isFalse(isServerUp(dir))

      yield* onDatabase(dir, bury)
      const listed = yield* wr2(dir, "dead", "ls")
      assert.include(listed.output, "aabbccddeeff")
      assert.isFalse(isServerUp(dir))
      const back = yield* wr2(dir, "dead", "redrive", "aabbccddeeff")
      assert.strictEqual(back.code, 0, back.output)
      assert.isFalse(isServerUp(dir))
      assert.deepStrictEqual(yield* onDatabase(dir, whereabouts), { pending: 1, dead: 0, past: 1 })

      const second = yield* world(dir)
      assert.deepStrictEqual(yield* onDatabase(dir, whereabouts), { pending: 1, dead: 0, past: 1 })
      yield* second.stop()
    }),
  60_000
)
