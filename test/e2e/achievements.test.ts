/** A player kills a rat and is told so once, whatever becomes of the runners in between. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join as path } from "node:path"
import { PgConnection } from "@effect/sql-pg"
import { assert, it } from "@effect/vitest"
import { Postgres } from "@wr2/postgres"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { Context, Effect, Layer, Redacted, Stream } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { join, register } from "./players.ts"

/** While this table has a row, what counts a kill stays in the middle of its transaction. */
const slow = [
  "CREATE TABLE wr2.slow ()",
  `CREATE FUNCTION wr2.slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM wr2.slow) THEN PERFORM pg_sleep(60); END IF;
    RETURN NEW;
  END $$`,
  `CREATE TRIGGER slowly BEFORE INSERT OR UPDATE ON wr2.feats
    FOR EACH ROW WHEN (NEW.kills > 0) EXECUTE FUNCTION wr2.slowly()`,
  "INSERT INTO wr2.slow DEFAULT VALUES"
]

/** The small world, but that its rats stay where they are: whoever looks for one finds it. */
const tameRats = Effect.acquireRelease(
  Effect.sync(() => {
    const folder = mkdtempSync(path(tmpdir(), "wr2-content-"))
    cpSync(Harness.smallWorld, folder, { recursive: true })
    const file = path(folder, "saltmere.yaml")
    const wild = readFileSync(file, "utf8")
    const tame = wild.replace(/(marsh-rat:\n[^]*?roams:) 30/, "$1 0")
    assert.notStrictEqual(tame, wild)
    writeFileSync(file, tame)
    return folder
  }),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

it.live(
  "an achievement is told once, though runners are killed in its transaction and before its checkpoint",
  () =>
    Effect.gen(function* () {
      const { url } = yield* PgFixture.emptyDatabase
      const database = Redacted.value(url)
      const env = { WR2_CONTENT: yield* tameRats }
      const runner = (name: string) => Harness.serve({ role: "runner", database, name, env })
      const first = yield* runner("first")
      const gateway = yield* Harness.serve({ role: "gateway", database, env })
      const sql = yield* Effect.map(
        Layer.build(Postgres.client({ url, runner: "test", maxConnections: 2 })),
        (context) => Context.get(context, SqlClient.SqlClient)
      )
      const count = (text: string) =>
        Effect.map(
          sql.unsafe<{ readonly n: number }>(`SELECT (${text})::int AS n`),
          ([row]) => row!.n
        )
      const deaths = count("SELECT count(*) FROM wr2.event_log WHERE event_type = 'MobDied'")
      const gained = count(
        "SELECT count(*) FROM wr2.event_log WHERE event_type = 'AchievementGained' AND payload->>'achievement' = 'first-blood'"
      )
      const until = (what: string, when: Effect.Effect<boolean, unknown>, within = 30_000) =>
        Harness.waitUntil(what, Effect.orDie(when), { within, explain: gateway.output })

      yield* register(gateway.url, 1)
      const { client } = yield* join(gateway.url, 0)
      const told: Array<string> = []
      yield* client.events.pipe(
        Stream.runForEach((event) =>
          Effect.sync(() => {
            if (event._tag === "AchievementGained") told.push(event.achievement)
          })
        ),
        Effect.forkScoped
      )
      const says = (line: string) => Effect.ignore(client.submit(line))
      for (const line of ["n", "open door", "e", "get sword", "wield sword", "w", "n"])
        yield* says(line)

      // Nobody writes its offset down: whoever comes next begins at the beginning.
      const other = yield* PgConnection.make({ url, applicationName: "psql" })
      yield* until(
        "the consumer's row",
        Effect.map(
          count("SELECT count(*) FROM wr2.consumer_offset WHERE instance_id = 1"),
          (n) => n > 0
        )
      )
      yield* other.query("BEGIN")
      yield* other.query("SELECT seq FROM wr2.consumer_offset WHERE instance_id = 1 FOR UPDATE")
      for (const statement of slow) yield* sql.unsafe(statement).unprepared
      yield* says("kill rat")
      yield* until(
        "a rat is dead",
        Effect.map(deaths, (n) => n > 0),
        60_000
      )
      yield* until(
        "its counting is under way",
        Effect.map(
          count("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"),
          (n) => n > 0
        )
      )
      yield* first.kill
      yield* sql`DELETE FROM wr2.slow`
      const second = yield* runner("second")
      yield* until(
        "it is told",
        Effect.sync(() => told.includes("first-blood"))
      )
      assert.strictEqual(yield* gained, 1)

      yield* second.kill
      const third = yield* runner("third")
      yield* says("look")
      yield* other.query("ROLLBACK")
      yield* until(
        "the consumer is done",
        Effect.map(
          count(
            "SELECT count(*) FROM wr2.consumer_offset AS c WHERE instance_id = 1 AND seq >= " +
              "(SELECT max(seq) FROM wr2.event_log WHERE instance_id = 1 AND event_type = 'MobDied') AND parked_at IS NULL"
          ),
          (n) => n === 1
        ),
        60_000
      )
      assert.strictEqual(yield* gained, 1)
      assert.strictEqual(yield* count("SELECT sum(kills) FROM wr2.feats"), yield* deaths)
      assert.strictEqual(yield* count("SELECT count(*) FROM wr2.dead_letter"), 0)
      const score = yield* client.submit("score")
      const [shown] = score.answers
      assert.isTrue(shown?._tag === "ScoreShown" && shown.achievements.includes("First Blood"))
      assert.deepStrictEqual(
        told.filter((each) => each === "first-blood"),
        ["first-blood"]
      )
      const listed = yield* Harness.start({
        name: "consumers",
        script: Harness.wr2,
        args: ["consumers", "ls"],
        env: { DATABASE_URL: database, ...env }
      })
      assert.strictEqual((yield* listed.ended).code, 0, listed.output())
      assert.match(listed.output(), /^achievements {2}2 instances, \d+ Events behind$/m)
      assert.strictEqual((yield* third.stop()).code, 0)
    }).pipe(Effect.scoped),
  240_000
)
