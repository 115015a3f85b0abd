/** What the database refuses whatever it is asked: no Action is lost or poisoned, and it heals by itself. */
import { PgConnection } from "@effect/sql-pg"
import { assert, it } from "@effect/vitest"
import { Engine, Limits } from "@wr2/engine"
import { Placement } from "@wr2/engine/Placement"
import { Postgres, Trouble } from "@wr2/postgres"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { game, tables } from "@wr2/testkit/SmallWorld"
import { Context, Effect, Fiber, Layer, Logger, Schedule } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { enter, founded } from "./world.ts"

const cases = [
  {
    name: "a table that is not there",
    code: "42P01",
    break: ["ALTER TABLE wr2.action_log RENAME TO action_log_elsewhere"],
    mend: ["ALTER TABLE wr2.action_log_elsewhere RENAME TO action_log"]
  },
  {
    name: "a right that was taken away",
    code: "42501",
    break: ["REVOKE INSERT ON wr2.event_log FROM WORLD"],
    mend: ["GRANT INSERT ON wr2.event_log TO WORLD"]
  },
  {
    name: "a log without the volume that it names",
    code: "23514",
    break: ["UPDATE wr2.log_turn SET volume = 7"],
    mend: ["SELECT wr2.make_volume('event_log', 7), wr2.make_volume('action_log', 7)"]
  }
]

/** The world runs as a role that owns nothing: the tests' own is a superuser, for whom rights do not count. */
const limited = Effect.gen(function* () {
  const { name, url } = yield* PgFixture.database(tables)
  const owner = yield* PgConnection.make({ url, startupParameters: { role: "none" } })
  const role = `${name}_role`
  const run = (text: string) => Effect.asVoid(owner.query(text.replaceAll("WORLD", role)))
  yield* Effect.acquireRelease(run("CREATE ROLE WORLD NOLOGIN"), () =>
    Effect.ignore(Effect.andThen(run("DROP OWNED BY WORLD"), run("DROP ROLE WORLD")))
  )
  yield* run("GRANT USAGE ON SCHEMA wr2 TO WORLD")
  yield* run("GRANT ALL ON ALL TABLES IN SCHEMA wr2 TO WORLD")
  yield* run("GRANT ALL ON ALL SEQUENCES IN SCHEMA wr2 TO WORLD")
  yield* run(`ALTER DATABASE ${name} SET role = WORLD`)
  return { run, ports: Postgres.layer({ url, game, runner: "limited" }) }
})

/** What its owner does to the database. */
const Owner = Context.Service<{ readonly run: (text: string) => Effect.Effect<void, unknown> }>(
  "wr2/test/Owner"
)
const world = Layer.unwrap(
  Effect.map(limited, ({ ports, run }) => Layer.merge(ports, Layer.succeed(Owner, { run })))
)

for (const one of cases) {
  it.live(
    `${one.name}: told once as an error, nothing is lost, and it goes on as soon as it is mended`,
    () => {
      const errors: Array<string> = []
      const warnings: Array<string> = []
      const logger = Logger.make<unknown, void>(({ logLevel, message }) => {
        const text = JSON.stringify(message)
        if (logLevel === "Error") errors.push(text)
        if (logLevel === "Warn") warnings.push(text)
      })
      const troubles = new Trouble.Troubles()
      return Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const { run } = yield* Owner
        yield* founded
        const ann = yield* enter(1, 2_001, "Ann")
        yield* Effect.forEach(one.break, run)
        const said = yield* Effect.forkChild(ann.say("say one", "say two"))
        yield* Effect.suspend(() => Effect.succeed(troubles.present.length)).pipe(
          Effect.repeat({ until: (count) => count > 0, schedule: Schedule.spaced(10) })
        )
        // Long enough for some tries more.
        yield* Effect.sleep(500)
        assert.lengthOf(troubles.present, 1)
        assert.include(troubles.present[0]!, one.code)
        const told = errors.filter((text) => text.includes("refuses a statement"))
        assert.lengthOf(told, 1, told.join("\n"))
        assert.include(told[0]!, one.code)
        assert.deepStrictEqual(
          warnings.filter((text) => text.includes("tried again")),
          []
        )
        yield* Effect.forEach(one.mend, run)
        const replies = yield* Fiber.join(said)
        assert.deepStrictEqual(
          replies.map(({ _tag }) => _tag),
          ["Accepted", "Accepted"]
        )
        const heard = yield* sql<{ text: string }>`
          SELECT payload->>'text' AS text FROM wr2.event_log
          WHERE instance_id = 1 AND event_type = 'Said' ORDER BY seq`
        assert.deepStrictEqual(
          heard.map(({ text }) => text),
          ["one", "two"]
        )
        assert.deepStrictEqual(yield* sql`SELECT reference FROM wr2.dead_letter`, [])
        // A while later it is over for those who ask, too.
        assert.deepStrictEqual(troubles.expire(Date.now()), [])
        assert.lengthOf(troubles.expire(Date.now() + Trouble.forgottenAfter), 1)
        assert.deepStrictEqual(troubles.present, [])
      }).pipe(
        Effect.provide(
          Engine.layer(game).pipe(
            Layer.provideMerge(Placement.layerLocal),
            Layer.provideMerge(world),
            Layer.provide(Logger.layer([logger]))
          )
        ),
        Effect.provideService(Trouble.Trouble, troubles),
        Effect.provideService(Limits.Limits, { ...Limits.defaults, unusableRetryMax: 200 }),
        Effect.scoped
      )
    },
    60_000
  )
}
