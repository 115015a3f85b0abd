/** Cycles on a real server: what a transaction writes, what its locks find, and how long it takes. */
import { assert, layer } from "@effect/vitest"
import * as PgFixture from "@wr2/testkit/PgFixture"
import * as Suite from "@wr2/testkit/PortSuites/Support"
import { Counter, testGame } from "@wr2/testkit/TestGame"
import { Effect } from "effect"
import * as SqlClient from "effect/sql/SqlClient"

layer(PgFixture.layer(testGame), { excludeTestServices: true })("a cycle", (it) => {
  it.effect("writes rows, runtime rows, Events, log, queue, cursors and outbox", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const owned = yield* Suite.born({
        rows: [Suite.counter(1, { tags: ["a", { b: 1 }] }, "calm"), Suite.counter(2)],
        queue: [Suite.action(1), Suite.action(2)]
      })
      assert.strictEqual(owned.rows.length, 2)
      const stamp = yield* Suite.written(owned, {
        rows: [
          Suite.put("update", Suite.counter(1, { count: 9_007_199_254_740_991, label: 'ë "\\,' })),
          Suite.put("insert", Suite.counter(3, { count: -1 })),
          { op: "delete", ...Counter.ref(2) }
        ],
        runtimes: [{ op: "update", ...Counter.ref(1), data: { mood: "wild" }, builtAt: 12 }],
        events: [Suite.event(1, { streams: ['a"b\\,{}', "counter:1"] }), Suite.event(2)],
        log: [Suite.done(1)],
        dequeued: [1],
        attempted: [2],
        queued: [Suite.action(3)],
        cursors: [Suite.cursor("counter:1", 4)],
        outbox: [Suite.message(2)],
        dead: [Suite.dead(9)]
      })
      const after = yield* Suite.activate(owned.instance)
      assert.deepStrictEqual(Suite.rowsOf(after), {
        "Counter:1": {
          row: { id: 1, label: 'ë "\\,', count: 9_007_199_254_740_991, tags: null, flag: false },
          runtime: { mood: "wild" }
        },
        "Counter:3": { row: { id: 3, label: "counter 3", count: -1, tags: null, flag: false } }
      })
      assert.isTrue(after.rows.every((row) => row.stamp === stamp))
      assert.deepStrictEqual(after.queue, [Suite.action(2, { attempts: 1 }), Suite.action(3)])
      assert.strictEqual(after.lastNo, 9)
      assert.strictEqual(after.lastSeq, 2)
      const versions =
        yield* sql`SELECT id, version FROM wr2.test_counter WHERE instance_id = ${owned.instance} ORDER BY id`
      assert.deepStrictEqual(versions, [
        { id: 1n, version: 1n },
        { id: 3n, version: 0n }
      ])
    })
  )
})
