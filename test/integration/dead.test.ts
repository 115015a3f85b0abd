/** `wr2 dead` on a real database: beside a world that runs, twice at once, killed in the middle. */
import { assert, layer } from "@effect/vitest"
import { InstanceStore } from "@wr2/engine"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { Effect, Fiber, Redacted } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { pending } from "../../packages/engine/test/Looks.ts"
import { text } from "../../packages/engine/test/Lab.ts"
import { Coin, Person, yard } from "../../packages/engine/test/Yard.ts"
import { holding } from "../../packages/postgres/test/support.ts"
import * as Yards from "./yards.ts"

/** The command in a process of its own. */
const wr2 = Effect.fnUntraced(function* (...args: ReadonlyArray<string>) {
  const { url } = yield* PgFixture.Fixture
  return yield* Harness.start({
    name: args.join(" "),
    script: Harness.wr2,
    args: ["dead", ...args],
    env: { DATABASE_URL: Redacted.value(url), WR2_LOG_LEVEL: "Warn" }
  })
})
const run = Effect.fnUntraced(function* (...args: ReadonlyArray<string>) {
  const process = yield* wr2(...args)
  const { code } = yield* process.ended
  return { code, output: process.output(), lines: process.lines() }
})

let instances = 0

/** An instance whose person 1 rings no bell, says the database, with a bell that was rung in vain; and its engine. */
const tolled = Effect.fnUntraced(function* (bells = 1) {
  const sql = yield* SqlClient.SqlClient
  const instance = ++instances
  const mute = `mute_${instance}`
  yield* sql.unsafe(
    `ALTER TABLE wr2.person ADD CONSTRAINT ${mute} CHECK (instance_id <> ${instance} OR rung = 0)`
  )
  yield* Yards.founded(
    instance,
    3,
    Array.from({ length: bells }, (_, i) => pending(i + 1, 1))
  )
  const engine = yield* Yards.engine(`engine ${instance}`)
  yield* engine.wake(instance)
  const letters = sql<{ readonly reference: string; readonly dropped_by: string | null }>`
    SELECT reference, dropped_by FROM wr2.dead_letter WHERE instance_id = ${instance} ORDER BY accept_no`
  yield* Harness.waitUntil(
    "all bells are dead letters",
    Effect.map(letters, ({ length }) => length === bells)
  )
  return {
    instance,
    engine,
    letters,
    reference: (yield* letters)[0]!.reference,
    mended: sql.unsafe(`ALTER TABLE wr2.person DROP CONSTRAINT ${mute}`),
    rung: Effect.map(
      sql<{
        n: number
      }>`SELECT rung::float8 AS n FROM wr2.person WHERE instance_id = ${instance} AND id = 1`,
      (rows) => rows[0]!.n
    ),
    past: Effect.map(
      sql`SELECT 1 FROM wr2.dead_letter_past WHERE instance_id = ${instance}`,
      ({ length }) => length
    ),
    /** How often Action 1 is in queue, log and dead letters. */
    places: Effect.map(
      sql<{
        n: number
      }>`SELECT ((SELECT count(*) FROM wr2.action_queue WHERE instance_id = ${instance} AND accept_no = 1)
        + (SELECT count(*) FROM wr2.action_log WHERE instance_id = ${instance} AND accept_no = 1)
        + (SELECT count(*) FROM wr2.dead_letter WHERE instance_id = ${instance} AND accept_no = 1))::float8 AS n`,
      (rows) => rows[0]!.n
    )
  }
})

const once = <E>(bell: { readonly rung: Effect.Effect<number, E> }, times = 1) =>
  Harness.waitUntil(
    "the bell has rung",
    Effect.map(bell.rung, (n) => n >= times),
    { within: 20_000 }
  )

layer(PgFixture.layer(yard), { excludeTestServices: true })("wr2 dead", (it) => {
  it.effect(
    "ls and show tell all that is known, filtered, for people and as JSON",
    () =>
      Effect.gen(function* () {
        const bell = yield* tolled(2)
        const listed = yield* run("ls", "--instance", String(bell.instance))
        assert.strictEqual(listed.code, 0)
        assert.include(listed.output, bell.reference)
        assert.match(listed.output, /1\/1 Ring +Person 1 +1 +Error: the database refused.*23514/)
        for (const [filter, count] of [
          [["--type", "Ring"], 2],
          [["--type", "Walk"], 0],
          [["--since", "1h"], 2],
          [["--since", "2099-01-01"], 0]
        ] as const) {
          const { output } = yield* run(
            "ls",
            "--json",
            "--instance",
            String(bell.instance),
            ...filter
          )
          assert.lengthOf(JSON.parse(output), count, filter.join(" "))
        }
        assert.include((yield* run("ls", "--since", "yesterday")).output, "is no time")
        const shown = yield* run("show", bell.reference)
        for (const part of [
          "Person 1",
          "pending 1",
          "23514",
          `engine ${bell.instance}`,
          '"times": 1',
          "rung"
        ])
          assert.include(shown.output, part)
        const [letter] = JSON.parse((yield* run("show", `${bell.instance}/2`, "--json")).output)
        assert.deepInclude(letter, { no: 2, seed: 2, type: "Ring", version: 1, past: [] })
        const none = yield* run("show", "nonsense")
        assert.strictEqual(none.code, 1)
        assert.include(none.output, "never was one")
        yield* bell.engine.stop
      }),
    120_000
  )

  it.effect(
    "redrive from two terminals at once beside a live world: it runs once, nobody notices",
    () =>
      Effect.gen(function* () {
        const bell = yield* tolled()
        const { engine, instance } = bell
        yield* bell.mended
        let said = 0
        let stop = false
        const odd: Array<string> = []
        const talk = Effect.gen(function* () {
          while (!stop) {
            const response = yield* Effect.orDie(
              engine.call(instance, {
                _tag: "Submit",
                actor: { type: "Person", id: 2 },
                session: "s2",
                intents: [text(said + 1, "n", said)],
                trace: null
              })
            )
            const reply = response._tag === "Replies" ? response.replies[0] : undefined
            if (reply?._tag === "Accepted") said++
            else if ((reply?.reason as any)?._tag !== "Moved") odd.push(JSON.stringify(response))
            yield* Effect.sleep(5)
          }
        })
        const talking = yield* Effect.forkChild(talk)
        const both = yield* Effect.all(
          [run("redrive", bell.reference), run("redrive", "--all", "--instance", String(instance))],
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(
          both.map(({ code }) => code),
          [0, 0],
          JSON.stringify(both)
        )
        assert.strictEqual(both.filter(({ output }) => output.includes(": put back")).length, 1)
        yield* once(bell)
        const after = yield* run("redrive", bell.reference)
        assert.strictEqual(after.code, 0)
        assert.match(after.output, /was put back by .* it is done/)
        const before = said
        yield* Harness.waitUntil(
          "the talk goes on",
          Effect.sync(() => said > before + 5)
        )
        stop = true
        yield* Fiber.join(talking)
        assert.deepStrictEqual(odd, [])
        const sql = yield* SqlClient.SqlClient
        const walked = Effect.map(
          sql<{ n: number }>`
          SELECT place::float8 AS n FROM wr2.person WHERE instance_id = ${instance} AND id = 2`,
          (rows) => rows[0]!.n
        )
        // In caution an Action is accepted by one transaction, and done by the next.
        yield* Harness.waitUntil(
          "what was accepted is done",
          Effect.map(walked, (n) => n >= said)
        )
        assert.strictEqual(yield* walked, said)
        assert.strictEqual(yield* bell.rung, 1)
        assert.strictEqual(yield* bell.places, 1)
        assert.strictEqual(yield* bell.past, 1)
        yield* engine.stop
      })
  )

  it.effect(
    "dying again it is one dead letter with its history; at last it rings",
    () =>
      Effect.gen(function* () {
        const bell = yield* tolled()
        for (const death of [2, 3]) {
          assert.strictEqual((yield* run("redrive", bell.reference)).code, 0)
          yield* Harness.waitUntil(
            "it died again",
            Effect.map(bell.letters, ({ length }) => length === 1)
          )
          assert.strictEqual(yield* bell.past, death - 1)
        }
        const [letter] = JSON.parse((yield* run("show", bell.reference, "--json")).output)
        assert.lengthOf(letter.past, 2)
        for (const past of letter.past) assert.match(past.error, /23514/)
        assert.match((yield* run("show", bell.reference)).output, /death 2, then put back by/)
        yield* bell.mended
        yield* run("redrive", `${bell.instance}/1`)
        yield* once(bell)
        assert.strictEqual(yield* bell.places, 1)
        yield* bell.engine.stop
      }),
    120_000
  )

  it.effect("in a world that does not run it waits; all of a kind ring when it runs again", () =>
    Effect.gen(function* () {
      const bell = yield* tolled(3)
      yield* bell.engine.stop
      yield* bell.mended
      const { code, output } = yield* run(
        "redrive",
        "--all",
        "--type",
        "Ring",
        "--instance",
        String(bell.instance)
      )
      assert.strictEqual(code, 0, output)
      assert.include(output, "3 put back")
      assert.strictEqual(yield* bell.rung, 0)
      const next = yield* Yards.engine("the next")
      // Its Waker finds the instance: nobody calls.
      yield* once(bell, 3)
      assert.strictEqual(yield* bell.rung, 3)
      yield* next.stop
    })
  )

  it.effect(
    "a traveller that could not be let in arrives with all it carries, and its numbers go on",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const [from, to] = [++instances, ++instances]
        yield* sql.unsafe(
          `ALTER TABLE wr2.person ADD CONSTRAINT shut_${to} CHECK (instance_id <> ${to} OR id <> 7)`
        )
        const store = yield* InstanceStore.InstanceStore
        yield* store.found({
          instance: from,
          rows: [
            Person.row({ id: 7, name: "p7", place: 0, rung: 2 }, { session: "s7", mood: "" }),
            Coin.row({ id: 71, holder: 7, value: 5 })
          ],
          queue: []
        })
        yield* store.found({ instance: to, rows: [], queue: [] })
        const engine = yield* Yards.engine("crossing")
        const say = (instance: number, n: number, line: string) =>
          engine.call(instance, {
            _tag: "Submit",
            actor: { type: "Person", id: 7 },
            session: "s7",
            intents: [text(n, line, n - 1)],
            trace: null
          })
        yield* say(from, 1, `cross ${to}`)
        const letters = sql<{ reference: string; payload: any }>`
        SELECT reference, payload FROM wr2.dead_letter WHERE instance_id = ${to}`
        yield* Harness.waitUntil(
          "it is turned away",
          Effect.map(letters, ({ length }) => length === 1)
        )
        const [letter] = yield* letters
        assert.deepStrictEqual(letter!.payload.coins, [{ id: 71, value: 5 }])
        const here = sql<{ table: string; instance: number }>`
        SELECT 'person' AS table, instance_id::float8 AS instance FROM wr2.person WHERE id = 7 AND instance_id IN (${from}, ${to})
        UNION ALL SELECT 'coin', instance_id::float8 FROM wr2.coin WHERE id = 71 AND instance_id IN (${from}, ${to}) ORDER BY 1`
        assert.deepStrictEqual(yield* here, [])
        yield* sql.unsafe(`ALTER TABLE wr2.person DROP CONSTRAINT shut_${to}`)
        assert.strictEqual((yield* run("redrive", letter!.reference)).code, 0)
        yield* Harness.waitUntil(
          "it is there",
          Effect.map(here, ({ length }) => length === 2),
          {
            within: 20_000
          }
        )
        assert.deepStrictEqual(
          (yield* here).map(({ instance }) => instance),
          [to, to]
        )
        yield* Harness.waitUntil(
          "it goes on with its next number",
          Effect.map(
            say(to, 2, "n"),
            (response) => response._tag === "Replies" && response.replies[0]?._tag === "Accepted"
          )
        )
        yield* engine.stop
      })
  )

  it.effect("killed while it waits for the owner's row it has changed nothing", () =>
    Effect.gen(function* () {
      const bell = yield* tolled()
      yield* bell.mended
      const sql = yield* SqlClient.SqlClient
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* holding("SELECT 1 FROM wr2.instance_owner WHERE instance_id = $1 FOR SHARE", [
            bell.instance
          ])
          const process = yield* wr2("redrive", bell.reference)
          yield* Harness.waitUntil(
            "it waits for the row",
            Effect.map(
              sql`SELECT 1 FROM pg_stat_activity WHERE application_name = 'wr2:operator' AND wait_event_type = 'Lock'`,
              ({ length }) => length > 0
            )
          )
          yield* process.kill
        })
      )
      assert.lengthOf(yield* bell.letters, 1)
      assert.strictEqual(yield* bell.past, 0)
      assert.strictEqual(yield* bell.places, 1)
      assert.strictEqual((yield* run("redrive", bell.reference)).code, 0)
      yield* once(bell)
      assert.strictEqual(yield* bell.rung, 1)
      yield* bell.engine.stop
    })
  )

  it.effect(
    "drop asks first, and leaves who and why; a dropped letter is not put back",
    () =>
      Effect.gen(function* () {
        const bell = yield* tolled()
        const unasked = yield* run("drop", bell.reference, "--why", "mute for good")
        assert.strictEqual(unasked.code, 1)
        assert.include(unasked.output, "--yes")
        assert.strictEqual((yield* bell.letters)[0]!.dropped_by, null)
        const done = yield* run(
          "drop",
          bell.reference,
          "--why",
          "mute for good",
          "--yes",
          "--by",
          "ann"
        )
        assert.strictEqual(done.code, 0, done.output)
        assert.strictEqual((yield* bell.letters)[0]!.dropped_by, "ann")
        assert.include((yield* run("show", bell.reference)).output, "by ann: mute for good")
        assert.include(
          (yield* run("ls", "--instance", String(bell.instance))).output,
          "no dead letters"
        )
        const again = yield* run("redrive", bell.reference)
        assert.include(again.output, "was dropped by ann")
        assert.strictEqual(yield* bell.past, 0)
        yield* bell.engine.stop
      }),
    120_000
  )

  it.effect("what an Enter asked for is not put back: whoever asked has asked again", () =>
    Effect.gen(function* () {
      const bell = yield* tolled()
      const sql = yield* SqlClient.SqlClient
      yield* sql`UPDATE wr2.dead_letter SET idempotency_key = '1/1/control/4' WHERE instance_id = ${bell.instance}`
      const { code, output } = yield* run("redrive", bell.reference)
      assert.strictEqual(code, 1)
      assert.include(output, "has asked again")
      assert.lengthOf(yield* bell.letters, 1)
      yield* bell.engine.stop
    })
  )
})
