/** Cycles on a real server: what a transaction writes, and what keeps it from writing anything. */
import { PgClient } from "@effect/sql-pg"
import { assert, layer } from "@effect/vitest"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import { defaults, Limits } from "@wr2/engine/Limits"
import * as PgFixture from "@wr2/testkit/PgFixture"
import * as S from "@wr2/testkit/PortSuites/Support"
import { Counter, testGame } from "@wr2/testkit/TestGame"
import { Effect, Layer } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { Database } from "../src/Database.ts"
import * as Lanes from "../src/Lanes.ts"
import * as PgInstanceStore from "../src/PgInstanceStore.ts"
import * as Own from "../src/queries/own.ts"
import type { Statement } from "../src/Statement.ts"
import { writing } from "../src/Writing.ts"
import { before, everything } from "./everything.ts"
import { rows } from "./support.ts"

/** Ports of its own on the fixture's database, with other limits. */
const limited = (limits: Partial<typeof defaults>) =>
  Layer.fresh(PgInstanceStore.layer(testGame)).pipe(
    Layer.provide(Layer.succeed(Limits, { ...defaults, ...limits }))
  )

layer(PgFixture.layer(testGame), { excludeTestServices: true })("a cycle", (it) => {
  it.effect("writes rows, runtime rows, Events, log, queue, cursors and outbox", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const owned = yield* S.born({
        rows: [S.counter(1, { tags: ["a", { b: 1 }] }, "calm"), S.counter(2)],
        queue: [S.action(1), S.action(2)]
      })
      const stamp = yield* S.written(owned, {
        rows: [
          S.put("update", S.counter(1, { count: Number.MAX_SAFE_INTEGER, label: 'ë "\\,' })),
          S.put("insert", S.counter(3, { count: -1 })),
          { op: "delete", ...Counter.ref(2) }
        ],
        runtimes: [{ op: "update", ...Counter.ref(1), data: { mood: "wild" }, builtAt: 12 }],
        events: [S.event(1, { streams: ['a"b\\,{}', "counter:1"] }), S.event(2)],
        log: [S.done(1)],
        dequeued: [1],
        attempted: [2],
        queued: [S.action(3)],
        cursors: [S.cursor("counter:1", 4)],
        outbox: [S.message(2)],
        dead: [S.dead(9)]
      })
      const after = yield* S.activate(owned.instance)
      assert.deepStrictEqual(S.rowsOf(after), {
        "Counter:1": {
          row: { id: 1, label: 'ë "\\,', count: Number.MAX_SAFE_INTEGER, tags: null, flag: false },
          runtime: { mood: "wild" }
        },
        "Counter:3": { row: { id: 3, label: "counter 3", count: -1, tags: null, flag: false } }
      })
      assert.isTrue(after.rows.every((row) => row.stamp === stamp))
      assert.deepStrictEqual(after.queue, [S.action(2, { attempts: 1 }), S.action(3)])
      assert.strictEqual(after.lastNo, 9)
      assert.strictEqual(after.lastSeq, 2)
      assert.deepStrictEqual(
        yield* sql`SELECT id, version FROM wr2.test_counter WHERE instance_id = ${owned.instance} ORDER BY id`,
        [
          { id: 1n, version: 1n },
          { id: 3n, version: 0n }
        ]
      )
      assert.deepStrictEqual(
        yield* sql`SELECT data FROM wr2.test_counter_runtime WHERE instance_id = ${owned.instance}`,
        [{ data: { mood: "wild", _cache_version: 3, _built_at: 12 } }]
      )
    })
  )

  it.effect("writes nothing when any parameter of any statement cannot be encoded", () =>
    Effect.gen(function* () {
      const client = yield* PgClient.PgClient
      const owned = yield* S.born(before)
      const written = rows(
        "SELECT actor FROM wr2.command_cursor WHERE instance_id = $1 UNION ALL " +
          "SELECT label FROM wr2.test_counter WHERE instance_id = $1",
        [BigInt(owned.instance)]
      )
      const untouched = yield* written
      const statements = writing([everything(owned.instance)])
      const commit = (some: ReadonlyArray<Statement>) =>
        Effect.gen(function* () {
          const { executors } = yield* Database
          yield* executors.use((connection) =>
            Effect.uninterruptible(
              Effect.gen(function* () {
                yield* Lanes.flight(connection, [Lanes.begin])
                yield* Lanes.flightAndCommit(connection, some)
              })
            )
          )
        })
      yield* Effect.gen(function* () {
        for (const [at, { params, text }] of statements.entries()) {
          const broken = params.map((param) => ({ ...param, value: Symbol("none") }))
          const some = statements.with(at, { text, params: broken })
          yield* S.failsWith(commit(some), "Contents")
          assert.deepStrictEqual(yield* written, untouched, text)
        }
        // And it is the parameter alone that was wrong.
        yield* commit(statements)
      }).pipe(
        Effect.provide(
          Layer.provide(Layer.fresh(Database.layer), Layer.succeed(PgClient.PgClient, client))
        )
      )
      assert.notDeepEqual(yield* written, untouched)
    })
  )

  it.effect("leaves no connection behind that was in the middle of something", () =>
    Effect.gen(function* () {
      const database = yield* Database
      const pid = database.executors.use((connection) => Effect.succeed(connection.processId))
      const first = yield* pid
      assert.strictEqual(yield* pid, first)
      yield* Effect.ignore(Lanes.one(database.executors, { text: "SELECT 1/0", params: [] }))
      const second = yield* pid
      assert.notStrictEqual(second, first)
      const slow = Lanes.one(database.executors, { text: "SELECT pg_sleep(1)", params: [] })
      yield* Effect.ignore(Effect.timeout(slow, 50))
      assert.notStrictEqual(yield* pid, second)
    }).pipe(
      Effect.provide(
        Layer.fresh(Database.layer).pipe(
          Layer.provide(Layer.succeed(Limits, { ...defaults, executors: 1 }))
        )
      )
    )
  )

  it.effect("by many executors at once has a connection for each of them", () =>
    Effect.gen(function* () {
      const all = yield* Effect.forEach(Array.from({ length: 12 }), () =>
        S.born({ rows: [S.counter(1)] })
      )
      const three = Effect.forEach(
        all,
        (owned) => S.written(owned, { rows: [S.put("update", S.counter(1, { count: 1 }))] }),
        { concurrency: "unbounded" }
      )
      const stamps = yield* three.pipe(Effect.provide(limited({ executors: 3 })))
      assert.strictEqual(new Set(stamps).size, 12)
    })
  )

  it.effect(
    "reaches the queue as far as activation may: what is later is read when it is due",
    () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const queue = [1, 2, 3, 4, 5].map((no) => S.action(no, { runAt: 1_000 + (no >> 1) }))
        const owned = yield* S.born({ queue })
        const activate = (timersLoadMax: number) =>
          Effect.provide(S.activate(owned.instance), limited({ timersLoadMax }))
        const all = yield* activate(5)
        assert.deepStrictEqual(
          all.queue.map(({ no }) => no),
          [1, 2, 3, 4, 5]
        )
        assert.isAbove(all.queueUntil, all.now)
        // Cut where a millisecond begins: 2 and 3 are due in the same one.
        const some = yield* activate(2)
        assert.deepStrictEqual([some.queue.map(({ no }) => no), some.queueUntil], [[1], 1_000])
        const four = yield* activate(4)
        assert.deepStrictEqual(
          [four.queue.map(({ no }) => no), four.queueUntil],
          [[1, 2, 3], 1_001]
        )
        yield* store.release(owned.instance, four.epoch, { nextDue: null, lastSeq: 0, lastNow: 0 })
      })
  )

  it.effect("is known by its runner's name among the sessions of the server", () =>
    Effect.gen(function* () {
      const database = yield* Database
      yield* Lanes.one(database.executors, Own.instances)
      const found = yield* rows<{ readonly name: string }>(
        "SELECT DISTINCT application_name AS name FROM pg_stat_activity WHERE datname = current_database()"
      )
      assert.isTrue(found.every(({ name }) => name.startsWith("wr2:")))
    }).pipe(Effect.provide(Layer.fresh(Database.layer)))
  )
})
