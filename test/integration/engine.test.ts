/** The engine with the small world on a real Postgres: what only a database can show. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it as test } from "@effect/vitest"
import { Engine } from "@wr2/engine"
import type { Instances } from "@wr2/engine/Instances"
import type { Reply } from "@wr2/engine/Messages"
import { Placement } from "@wr2/engine/Placement"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { game, tables } from "@wr2/testkit/SmallWorld"
import { Effect, Fiber, Layer, Schedule } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { enter, founded } from "./world.ts"

const engine = Engine.layer(game).pipe(Layer.provideMerge(Placement.layerLocal))
const world = engine.pipe(Layer.provideMerge(PgFixture.layer(tables)))

const it = (name: string, body: Effect.Effect<void, unknown, Layer.Success<typeof world>>) =>
  test.live(
    name,
    () => Effect.scoped(Effect.provide(Effect.andThen(founded, body), world)),
    120_000
  )

const accepted = (replies: ReadonlyArray<Reply>) =>
  assert.deepStrictEqual(
    replies.map((reply) => (reply._tag === "Accepted" ? "Accepted" : reply.reason)),
    replies.map(() => "Accepted")
  )

it(
  "n;n;n;look in one frame ends three rooms on and shows that room; 100 moves succeed in order",
  Effect.gen(function* () {
    const ann = yield* enter(1, 2_001, "Ann")
    const replies = yield* ann.say("n", "n", "n", "look")
    accepted(replies)
    const look = replies[3]!
    assert.isTrue(look._tag === "Accepted" && look.answers[0]!.payload.includes("Marsh Gate"))
    yield* ann.say("s", "s", "s")
    const steps = yield* Effect.forEach(
      Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? "n" : "s")),
      (line) => ann.say(line),
      { concurrency: "unbounded" }
    )
    accepted(steps.flat())
    const sql = yield* SqlClient.SqlClient
    const moved = yield* sql<{ way: string }>`
      SELECT payload->>'direction' AS way FROM wr2.event_log
      WHERE instance_id = 1 AND event_type = 'CharacterMoved' ORDER BY seq DESC LIMIT 100`
    assert.deepStrictEqual(
      moved.map(({ way }) => way).reverse(),
      Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? "north" : "south"))
    )
  })
)

it(
  "n;n;n;look in one frame ends three rooms on and shows that room, also while a hundred others walk",
  Effect.gen(function* () {
    const others = yield* Effect.forEach(
      Array.from({ length: 100 }, (_, i) => i),
      (i) => enter(1, 3_000 + i, `Walker${i}`)
    )
    let walked = 0
    const walking = yield* Effect.forkChild(
      Effect.forEach(
        others,
        (other) =>
          Effect.forever(
            Effect.tap(other.say("n", "s"), () => Effect.sync(() => void (walked += 2)))
          ),
        { concurrency: "unbounded", discard: true }
      )
    )
    const ann = yield* enter(1, 2_001, "Ann")
    for (let i = 0; i < 10; i++) {
      const replies = yield* ann.say("n", "n", "n", "look", "s", "s", "s", "look")
      accepted(replies)
      const [there, back] = [replies[3]!, replies[7]!]
      assert.isTrue(there._tag === "Accepted" && there.answers[0]!.payload.includes("Marsh Gate"))
      assert.isTrue(back._tag === "Accepted" && back.answers[0]!.payload.includes("Tide Quay"))
    }
    assert.isAbove(walked, 500)
    yield* Fiber.interrupt(walking)
  })
)

it(
  "any Event leads to the Command it came of, by the SQL of docs/sql.md alone",
  Effect.gen(function* () {
    const ann = yield* enter(1, 2_001, "Ann")
    // A step into the chandlery: the chandler greets whoever comes in, by an issued Command.
    accepted(yield* ann.say("n", "open east", "e"))
    const sql = yield* SqlClient.SqlClient
    const [greeted] = yield* Effect.repeat(
      sql<{ seq: string }>`
        SELECT seq::text FROM wr2.event_log WHERE instance_id = 1 AND event_type = 'Greeted'`,
      { until: (rows) => rows.length > 0 }
    )
    const text = readFileSync(join(import.meta.dirname, "../../docs/sql.md"), "utf8")
    const query = /```sql\n(WITH RECURSIVE[^`]*)```/.exec(text)![1]!
    const path = yield* sql.unsafe<{ action_type: string; command_id: string | null }>(
      query.replace("4711", greeted!.seq)
    )
    const root = path.at(-1)!
    assert.deepStrictEqual([root.action_type, root.command_id], ["Move", "character:2001#3"])
  })
)

/** Row writes and row locks of our tables, as the database counts them. */
const writes = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`SELECT pg_stat_force_next_flush()`
  const [row] = yield* sql<{ n: string }>`
    SELECT (sum(n_tup_ins) + sum(n_tup_upd) + sum(n_tup_del))::text AS n FROM pg_stat_user_tables
    WHERE schemaname = 'wr2' AND relname NOT IN ('runner_heartbeat')`
  const [xid] = yield* sql<{
    xid: string
  }>`SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS xid`
  return { rows: Number(row!.n), xid: Number(xid!.xid) }
})

it(
  "look takes no lock and writes no row",
  Effect.gen(function* () {
    const ann = yield* enter(2, 2_001, "Ann")
    const settled = Effect.repeat(writes, {
      until: (() => {
        let last = -1
        return ({ rows }: { rows: number }) => rows === last || ((last = rows), false)
      })()
    })
    /** What was written while somebody looked so often. */
    const looking = Effect.gen(function* () {
      const before = yield* settled
      const replies = yield* Effect.forEach(Array.from({ length: 50 }), () => ann.say("look"))
      accepted(replies.flat())
      const after = yield* writes
      return { rows: after.rows - before.rows, xids: after.xid - before.xid }
    })
    // The world has timers of its own: it is at rest in one of some tries.
    const { rows, xids } = yield* Effect.repeat(looking, {
      until: (written) => written.rows === 0,
      times: 5
    })
    assert.strictEqual(rows, 0)
    // A row lock takes a transaction id; heartbeats write one row each second or so.
    assert.isAtMost(xids, 3)
  })
)

it(
  "a runtime row made dirty, or old, by hand is rebuilt at its next use",
  Effect.gen(function* () {
    const ann = yield* enter(1, 2_001, "Ann")
    const sql = yield* SqlClient.SqlClient
    const rooms = yield* sql<{ id: string }>`
      SELECT id::text FROM wr2.room_instance WHERE instance_id = 1 AND template = 'chandlery'`
    const id = Number(rooms[0]!.id)
    accepted(yield* ann.say("n", "open east", "e"))
    const state = sql<{ dirty: boolean; version: number }>`
      SELECT cache_dirty AS dirty, (data->>'_cache_version')::int AS version
      FROM wr2.room_runtime WHERE instance_id = 1 AND id = ${id}`
    // The greeting is the world's own Action: it follows on the step.
    yield* Effect.repeat(state, { until: (rows) => rows.length > 0 })
    // A door locks both its rooms, and so uses what they remember.
    yield* sql`UPDATE wr2.room_runtime SET cache_dirty = true WHERE instance_id = 1 AND id = ${id}`
    accepted(yield* ann.say("close west"))
    yield* Effect.repeat(state, { until: ([row]) => row!.version === 1 && !row!.dirty })
    yield* sql`UPDATE wr2.room_runtime SET data = data || '{"_cache_version": 0}' WHERE instance_id = 1 AND id = ${id}`
    accepted(yield* ann.say("open west"))
    yield* Effect.repeat(state, { until: ([row]) => row!.version === 1 && !row!.dirty })
    const [events] = yield* sql<{ n: number }>`
      SELECT count(*)::int AS n FROM wr2.event_log WHERE instance_id = 1 AND event_type = 'RuntimeRebuilt'`
    assert.strictEqual(events!.n, 2)
    const [owner] = yield* sql<{
      epoch: number
    }>`SELECT epoch::int FROM wr2.instance_owner WHERE instance_id = 1`
    assert.strictEqual(owner!.epoch, 1)
  })
)

it(
  "a row changed by hand, even without its version, is noticed: the instance loads again and goes on",
  Effect.gen(function* () {
    const ann = yield* enter(1, 2_001, "Ann")
    const sql = yield* SqlClient.SqlClient
    yield* sql`UPDATE wr2.character SET gold = 7 WHERE id = 2001`
    accepted(yield* ann.say("drop 2 gold"))
    const gold = Effect.map(
      sql<{ gold: number }>`SELECT gold::int FROM wr2.character WHERE id = 2001`,
      ([row]) => row!.gold
    )
    assert.strictEqual(yield* Effect.repeat(gold, { until: (n) => n !== 7 }), 5)
    const [owner] = yield* sql<{
      epoch: number
    }>`SELECT epoch::int FROM wr2.instance_owner WHERE instance_id = 1`
    assert.strictEqual(owner!.epoch, 2)
  })
)

it(
  "somebody's row lock delays only those who need the row",
  Effect.gen(function* () {
    const ann = yield* enter(1, 2_001, "Ann")
    const bob = yield* enter(1, 2_002, "Bob")
    const sql = yield* SqlClient.SqlClient
    const room = (id: number) =>
      Effect.map(
        sql<{ room: string }>`SELECT room::text FROM wr2.character WHERE id = ${id}`,
        ([row]) => row!.room
      )
    const start = yield* room(2_001)
    const step = yield* sql.withTransaction(
      Effect.gen(function* () {
        yield* sql`SELECT 1 FROM wr2.character WHERE instance_id = 1 AND id = 2001 FOR UPDATE`
        const step = yield* Effect.forkChild(ann.say("n"))
        accepted(yield* bob.say("n"))
        assert.notStrictEqual(yield* room(2_002), start)
        assert.strictEqual(yield* room(2_001), start)
        return step
      })
    )
    accepted(yield* Fiber.join(step))
    assert.notStrictEqual(yield* room(2_001), start)
  })
)

const millis = (sql: SqlClient.SqlClient, column: string) =>
  sql.literal(`(extract(epoch FROM ${column}) * 1000)::float8`)

it(
  "rows that foreign keys name, too: who puts something in a held room, or a held hand, waits, nobody else",
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    // Before anybody owns it: rats that stay where they are and die of any blow, and a club beside them.
    yield* sql`UPDATE wr2.mob_instance SET hp = 1 WHERE instance_id = 1 AND template = 'marsh-rat'`
    yield* sql`DELETE FROM wr2.action_queue WHERE instance_id = 1 AND action_type = 'Think'`
    yield* sql`INSERT INTO wr2.item_instance (instance_id, id, template, holder, holder_id, gold, rolled)
      SELECT 1, 3000000, 'club', 'room', id, 0, '{"name": null, "damage": 1}'
      FROM wr2.room_instance WHERE instance_id = 1 AND template = 'gallows-square'`
    const [ann, bob, cid, dot] = [
      yield* enter(1, 2_001, "Ann"),
      yield* enter(1, 2_002, "Bob"),
      yield* enter(1, 2_003, "Cid"),
      yield* enter(1, 2_004, "Dot")
    ]
    for (const each of [ann, bob, cid, dot]) accepted(yield* each.say("n", "n"))
    const happened = Effect.map(
      sql<{ type: string }>`SELECT event_type AS type FROM wr2.event_log
        WHERE instance_id = 1 AND event_type IN ('GoldDropped', 'ItemDropped', 'ItemTaken', 'ItemGiven', 'MobDied')
        ORDER BY seq`,
      (rows) => rows.map(({ type }) => type)
    )
    /** Dot is answered at once, all the time; a lock timeout is a second. */
    const dotGoesOn = Effect.repeat(
      Effect.andThen(
        Effect.map(dot.say("say here", "s", "n", "give 1 gold to bob", "look"), accepted),
        Effect.sleep(200)
      ).pipe(Effect.timeout(5_000)),
      { times: 5 }
    )
    const holding = (
      rows: Effect.Effect<unknown, unknown>,
      body: Effect.Effect<unknown, unknown>
    ) => sql.withTransaction(Effect.andThen(rows, body))
    yield* holding(
      sql`SELECT 1 FROM wr2.room_instance WHERE instance_id = 1 FOR UPDATE`,
      Effect.gen(function* () {
        // To take something out of a room needs no lock on it.
        accepted(yield* ann.say("get club"))
        accepted(yield* ann.say("drop club"))
        accepted(yield* bob.say("drop 2 gold"))
        accepted(yield* cid.say("kill rat"))
        yield* dotGoesOn
        assert.deepStrictEqual(yield* happened, ["ItemTaken"])
      })
    )
    yield* Effect.repeat(happened, {
      schedule: Schedule.spaced(100),
      until: (types) =>
        ["ItemDropped", "GoldDropped", "MobDied"].every((type) => types.includes(type))
    })
    accepted(yield* ann.say("get club"))
    for (const rows of [
      sql`SELECT 1 FROM wr2.character WHERE instance_id = 1 AND id = 2003 FOR UPDATE`,
      sql`SELECT 1 FROM wr2.item_instance WHERE instance_id = 1 AND id = 3000000 FOR UPDATE`
    ]) {
      const before = (yield* happened).filter((type) => type === "ItemGiven").length
      yield* holding(
        rows,
        Effect.gen(function* () {
          accepted(yield* before === 0 ? ann.say("give club to cid") : cid.say("give club to ann"))
          yield* dotGoesOn
          const given = (yield* happened).filter((type) => type === "ItemGiven")
          assert.lengthOf(given, before)
        })
      )
      yield* Effect.repeat(happened, {
        schedule: Schedule.spaced(100),
        until: (types) => types.filter((type) => type === "ItemGiven").length > before
      })
    }
    // Nobody noticed a failed transaction, and no fight was lost.
    const [{ epoch, refused }] = (yield* sql<{ epoch: number; refused: number }>`
      SELECT epoch::int, (SELECT count(*)::int FROM wr2.action_log
        WHERE instance_id = 1 AND outcome = 'refused') AS refused
      FROM wr2.instance_owner WHERE instance_id = 1`) as [{ epoch: number; refused: number }]
    assert.deepStrictEqual({ epoch, refused }, { epoch: 1, refused: 0 })
  })
)

test.live(
  "an Action of later runs after a restart; the world goes on where it was",
  () =>
    Effect.gen(function* () {
      const database = yield* Layer.build(PgFixture.layer(tables))
      const life = <A, E>(
        body: Effect.Effect<
          A,
          E,
          Instances | Placement | Layer.Success<ReturnType<typeof PgFixture.layer>>
        >
      ) => Effect.scoped(Effect.provide(body, Layer.fresh(engine))).pipe(Effect.provide(database))
      yield* Effect.provide(founded, database)
      yield* life(Effect.flatMap(enter(1, 2_001, "Ann"), (ann) => ann.say("n")))
      const queued = Effect.flatMap(
        SqlClient.SqlClient,
        (sql) => sql<{ no: number; due: number }>`
          SELECT accept_no::float8 AS no, ${millis(sql, "run_at")} AS due
          FROM wr2.action_queue WHERE instance_id = 1 ORDER BY accept_no`
      )
      const done = (of: ReadonlyArray<number>) =>
        Effect.flatMap(
          SqlClient.SqlClient,
          (sql) => sql<{ no: number; at: number; outcome: string }>`
            SELECT accept_no::float8 AS no, ${millis(sql, "now")} AS at, outcome
            FROM wr2.action_log WHERE instance_id = 1 AND ${sql.in("accept_no", of)}
            ORDER BY accept_no`
        )
      // The spawners' and thinkers' Actions of the birth, or what followed them: all of them for later,
      // and not, as the weather's, for much later.
      const waiting = yield* Effect.provide(queued, database)
      const soon = Math.min(...waiting.map(({ due }) => due)) + 8_000
      const before = waiting.filter(({ due }) => due < soon)
      const numbers = before.map(({ no }) => no)
      assert.isAtLeast(numbers.length, 3)
      const [owner] = yield* Effect.flatMap(
        SqlClient.SqlClient,
        (sql) => sql<{ released: boolean }>`
          SELECT released_at IS NOT NULL AS released FROM wr2.instance_owner WHERE instance_id = 1`
      ).pipe(Effect.provide(database))
      assert.isTrue(owner!.released)
      assert.deepStrictEqual(yield* Effect.provide(done(numbers), database), [])
      yield* life(
        Effect.gen(function* () {
          const ann = yield* enter(1, 2_001, "Ann")
          assert.isTrue(ann.inside.snapshot.includes("Rope Street"))
          const ran = yield* Effect.repeat(done(numbers), {
            schedule: Schedule.spaced("50 millis"),
            until: (all) => all.length >= numbers.length
          })
          // Those, each once, and none before its time.
          assert.deepStrictEqual(
            ran.map(({ no, outcome }) => [no, outcome]),
            numbers.map((no) => [no, "done"])
          )
          ran.forEach(({ at }, i) => assert.isAtLeast(at, before[i]!.due))
          const left = (yield* queued).map(({ no }) => no)
          assert.deepStrictEqual(
            numbers.filter((no) => left.includes(no)),
            []
          )
        })
      )
    }).pipe(Effect.scoped),
  60_000
)
