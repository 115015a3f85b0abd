/** A runner that is frozen in the middle of a transaction, with the locks that it holds. */
import { PgClient } from "@effect/sql-pg"
import { assert, describe, layer } from "@effect/vitest"
import type * as Harness from "@wr2/testkit/Harness"
import { waitUntil } from "@wr2/testkit/Harness"
import { Effect } from "effect"
import * as World from "./World.ts"

const second = 1_000
/** Looks until one finds it in the middle: most of a runner's time is spent between transactions. */
const tries = 2_000

/**
 * The process's transactions that hold rows of characters and wait for what it says next: xid and the
 * session. A row's lock is in the row; what shows here is the lock on its table that goes with it.
 */
const open = ({ pid }: Harness.Process) =>
  Effect.flatMap(
    PgClient.PgClient,
    (sql) => sql<{ readonly pid: number; readonly xid: string; readonly since: string }>`
      SELECT a.pid, a.backend_xid::text AS xid, a.state_change::text AS since
      FROM pg_stat_activity AS a
      WHERE a.datname = current_database() AND a.application_name LIKE ${`wr2:%-${pid}`}
        AND a.state = 'idle in transaction' AND a.backend_xid IS NOT NULL
        AND EXISTS (SELECT FROM pg_locks AS l WHERE l.pid = a.pid AND l.granted
          AND l.mode = 'RowShareLock' AND l.relation = 'wr2.character'::regclass)
      ORDER BY a.pid`
  )

/** Freezes it again and again, until what it left is a transaction that goes no further. */
const freezeInTransaction = Effect.fnUntraced(function* (runner: Harness.Process) {
  for (let i = 0; i < tries; i++) {
    yield* runner.freeze
    const seen = yield* open(runner)
    // The server may still be answering what was sent before: what is the same a moment later stays so.
    if (seen.length > 0) {
      yield* Effect.sleep(50)
      const [first] = seen
      const still = (yield* open(runner)).find(
        (one) => one.pid === first!.pid && one.xid === first!.xid && one.since === first!.since
      )
      if (still !== undefined) return { ...still, tries: i + 1 }
    }
    yield* runner.thaw
    yield* Effect.sleep(Math.random() * 10)
  }
  return assert.fail(`in ${tries} tries never in the middle of a transaction`)
})

/** What became of a transaction. */
const fate = (xid: string) =>
  Effect.flatMap(PgClient.PgClient, (sql) =>
    Effect.map(
      sql<{ readonly status: string }>`SELECT pg_xact_status(${xid}::text::xid8) AS status`,
      (rows) => rows[0]!.status
    )
  )

describe("a runner that is frozen in the middle of a transaction", () => {
  layer(World.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
    it.effect(
      "is replaced while it holds its rows; nothing of that is ever written, when it wakes either",
      () =>
        Effect.gen(function* () {
          const a = yield* World.runner("a")
          const b = yield* World.runner("b")
          const talks = yield* World.talkers
          yield* World.settled(a, b)
          const before = talks.map((talk) => talk.acknowledged())
          yield* waitUntil(
            "everybody is answered",
            Effect.sync(() => talks.every((talk, i) => talk.acknowledged() > before[i]! + 5)),
            { within: 20 * second }
          )

          const { tries, xid } = yield* freezeInTransaction(b)
          console.info(`measured: SIGSTOP until one was in a transaction: ${tries}`)
          assert.strictEqual(yield* fate(xid), "in progress")
          const lost = yield* World.ownedBy(b)
          assert.isAbove(lost.length, 0)
          const took = yield* World.back(talks, lost)
          console.info(`measured: SIGSTOP in a transaction to answers, ms: ${took}`)
          assert.isBelow(took, 6 * second)
          assert.deepStrictEqual(yield* World.ownedBy(b), [])
          assert.strictEqual(yield* fate(xid), "aborted")

          yield* b.thaw
          yield* waitUntil(
            "it is a runner again",
            Effect.map(World.ownedBy(b), (owned) => owned.length > 0),
            { within: 20 * second, explain: b.output }
          )
          assert.strictEqual(yield* fate(xid), "aborted")
          yield* Effect.forEach(talks, (talk) => talk.stop)
          // All that was acknowledged was executed, once; what was said twice was said once.
          assert.deepStrictEqual(yield* World.broken(talks), [])
          assert.deepStrictEqual(yield* b.stop(), { code: 0, signal: null })
        }).pipe(Effect.scoped),
      120 * second
    )
  })
})
