/** What becomes of a transaction whose connection is lost, whose server errs, whose owner freezes. */
import { PgConnection } from "@effect/sql-pg"
import { assert, layer } from "@effect/vitest"
import { InstanceStore, type StoreError } from "@wr2/engine/InstanceStore"
import * as DelayProxy from "@wr2/testkit/DelayProxy"
import * as PgFixture from "@wr2/testkit/PgFixture"
import * as S from "@wr2/testkit/PortSuites/Support"
import { Counter, testGame } from "@wr2/testkit/TestGame"
import { Effect, Exit, Fiber, Layer, Schedule } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import * as Postgres from "../src/Postgres.ts"
import * as Settings from "../src/Settings.ts"
import { holding, rows, session } from "./support.ts"

/** Runs on ports of its own, whose connections go through a proxy. */
const proxied = <A, E>(
  f: (proxy: DelayProxy.DelayProxy) => Effect.Effect<A, E, InstanceStore>,
  settings: Partial<Settings.Settings> = {},
  delayMillis = 0
) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { url } = yield* PgFixture.Fixture
      const proxy = yield* DelayProxy.make({ url, delayMillis })
      const ports = Postgres.layer({ url: proxy.url(url), game: testGame, runner: "proxied" })
      return yield* f(proxy).pipe(
        Effect.provide(
          Layer.provide(
            ports,
            Layer.succeed(Settings.Settings, { ...Settings.defaults, ...settings })
          )
        )
      )
    })
  )

/** The first flight says READ COMMITTED. */
const isCommit = (chunk: string) => chunk.includes("COMMIT\0")

const count = (instance: number) =>
  Effect.map(
    rows<{ n: bigint }>("SELECT count(*) AS n FROM wr2.event_log WHERE instance_id = $1", [
      BigInt(instance)
    ]),
    (found) => Number(found[0]!.n)
  )

const everything = (instance: number) => ({
  rows: [S.put("update", S.counter(1, { count: instance })), S.put("insert", S.counter(3))],
  events: [S.event(1)]
})

/** A cycle that fails; why it did. */
const reasonOf = <A, R>(effect: Effect.Effect<A, StoreError, R>) =>
  Effect.map(Effect.flip(effect), ({ reason }) => reason)

layer(PgFixture.layer(testGame), { excludeTestServices: true })("faults", (it) => {
  const setting = S.born({ rows: [S.counter(1), S.counter(2)] })

  it.effect("connection lost before anything was decided: Transient, nothing written", () =>
    Effect.gen(function* () {
      const owned = yield* setting
      yield* proxied((proxy) =>
        Effect.gen(function* () {
          proxy.judge((chunk) => (chunk.includes("BEGIN") ? "cut" : "pass"))
          assert.strictEqual(
            yield* reasonOf(S.written(owned, everything(owned.instance))),
            "Transient"
          )
          proxy.judge(() => "pass")
          assert.isAbove(yield* S.written(owned, everything(owned.instance)), 0)
        })
      )
      assert.strictEqual(yield* count(owned.instance), 1)
    })
  )

  it.effect("connection lost with COMMIT on its way: Unknown, and not written", () =>
    Effect.gen(function* () {
      const owned = yield* setting
      yield* proxied((proxy) =>
        Effect.gen(function* () {
          proxy.judge((chunk) => (isCommit(chunk) ? "cut" : "pass"))
          assert.strictEqual(
            yield* reasonOf(S.written(owned, everything(owned.instance))),
            "Unknown"
          )
        })
      )
      assert.strictEqual(yield* count(owned.instance), 0)
      const again = yield* S.activate(owned.instance)
      assert.strictEqual(again.lastSeq, 0)
    })
  )

  it.effect("the same on a connection that has committed before, and asks for it by a name", () =>
    Effect.gen(function* () {
      const [before, owned] = [yield* setting, yield* setting]
      yield* proxied((proxy) =>
        Effect.gen(function* () {
          assert.isAbove(yield* S.written(before, everything(before.instance)), 0)
          proxy.judge((_, named) => (isCommit(named) ? "cut" : "pass"))
          assert.strictEqual(
            yield* reasonOf(S.written(owned, everything(owned.instance))),
            "Unknown"
          )
        })
      )
      assert.strictEqual(yield* count(owned.instance), 0)
    })
  )

  it.effect("answer to COMMIT lost: Unknown, and written: activation finds it", () =>
    Effect.gen(function* () {
      const owned = yield* setting
      yield* proxied((proxy) =>
        Effect.gen(function* () {
          const pass = () => "pass" as const
          proxy.judge(pass, (chunk) => (isCommit(chunk) ? "cut" : "pass"))
          assert.strictEqual(
            yield* reasonOf(S.written(owned, everything(owned.instance))),
            "Unknown"
          )
        })
      )
      const again = yield* S.activate(owned.instance)
      assert.strictEqual(again.lastSeq, 1)
      assert.isFalse(again.released)
    })
  )

  it.effect("a network that swallows the answers: given up in time, Unknown", () =>
    Effect.gen(function* () {
      const owned = yield* setting
      const cycle = { ...Settings.defaults.cycle, transaction: 200 }
      yield* proxied(
        (proxy) =>
          Effect.gen(function* () {
            proxy.judge((chunk) => (isCommit(chunk) ? "swallow" : "pass"))
            const reason = yield* S.within(
              5_000,
              reasonOf(S.written(owned, everything(owned.instance)))
            )
            assert.strictEqual(reason, "Unknown")
          }),
        { cycle, silence: 100 }
      )
      assert.strictEqual((yield* S.activate(owned.instance)).lastSeq, 1)
    })
  )

  it.effect("session ended by the server while it decides: nothing is written", () =>
    Effect.gen(function* () {
      const owned = yield* setting
      const cycle = { ...Settings.defaults.cycle, idle: 50 }
      yield* proxied(
        () =>
          Effect.gen(function* () {
            const store = yield* InstanceStore
            const slow = S.cycle(owned, [Counter.ref(1)], () => {
              const until = performance.now() + 300
              while (performance.now() < until);
              return S.writes(everything(owned.instance))
            })
            assert.include(["Transient", "Unknown"], yield* reasonOf(store.commit([slow])))
            assert.isAbove(yield* S.written(owned, { cursors: [S.cursor("a", 1)] }), 0)
          }),
        { cycle }
      )
      assert.strictEqual(yield* count(owned.instance), 0)
    })
  )

  it.effect("sessions ended from outside: the next ones are opened", () =>
    Effect.gen(function* () {
      const owned = yield* setting
      yield* S.written(owned, { cursors: [S.cursor("a", 1)] })
      const mine = "datname = current_database() AND pid <> pg_backend_pid()"
      yield* rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${mine}`)
      // The news of it has to arrive.
      yield* S.written(owned, { cursors: [S.cursor("a", 2)] }).pipe(Effect.retry({ times: 1 }))
    })
  )

  it.effect("a lock that is waited for too long: Transient, and other sessions were not hurt", () =>
    Effect.gen(function* () {
      const owned = yield* setting
      yield* Effect.scoped(
        Effect.gen(function* () {
          // The key of a row that is to be inserted.
          yield* holding(
            "INSERT INTO wr2.test_counter (instance_id, id, label, count, flag) VALUES ($1, 3, '', 0, true)",
            [owned.instance]
          )
          const reason = yield* reasonOf(S.written(owned, everything(owned.instance)))
          assert.strictEqual(reason, "Transient")
        })
      )
      assert.isAbove(yield* S.written(owned, everything(owned.instance)), 0)
    })
  )

  it.effect("of two instances, only the one whose row is held is kept back", () =>
    Effect.gen(function* () {
      const [one, two] = [yield* setting, yield* setting]
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* holding("SELECT FROM wr2.instance_owner WHERE instance_id = $1 FOR UPDATE", [
            one.instance
          ])
          const outcomes = yield* S.within(
            2_000,
            S.commit([one, everything(1)], [two, everything(2)])
          )
          assert.deepStrictEqual(
            outcomes.map(({ _tag }) => _tag),
            ["Held", "Committed"]
          )
        })
      )
    })
  )

  it.effect("activation waits for a cycle that is being committed, and finds what it wrote", () =>
    Effect.gen(function* () {
      const owned = yield* setting
      const slow = yield* holding(
        "SELECT FROM wr2.instance_owner WHERE instance_id = $1 AND epoch = $2 FOR SHARE",
        [owned.instance, owned.epoch],
        "wr2:slow"
      )
      const next = yield* Effect.forkChild(S.activate(owned.instance))
      const waiting = rows(
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
      )
      yield* waiting.pipe(
        Effect.repeat({ until: (found) => found.length > 0, schedule: Schedule.spaced(5) })
      )
      yield* slow.query(
        "INSERT INTO wr2.event_log (instance_id, seq, event_type, version, payload, streams, created_at) " +
          "VALUES ($1, 1, 'Late', 1, '{}', '{}', now())",
        [owned.instance]
      )
      yield* slow.query("COMMIT")
      assert.strictEqual((yield* Fiber.join(next)).lastSeq, 1)
    })
  )

  it.effect("owners that come at once have an epoch each, and one of them commits", () =>
    Effect.gen(function* () {
      const { instance } = yield* setting
      const all = yield* Effect.forEach(Array.from({ length: 8 }), () => S.activate(instance), {
        concurrency: "unbounded"
      })
      const epochs = all.map(({ epoch }) => epoch).sort((a, b) => a - b)
      assert.deepStrictEqual(epochs, [2, 3, 4, 5, 6, 7, 8, 9])
      const outcomes = yield* Effect.forEach(all, (owned) =>
        Effect.map(S.commit([owned, { cursors: [S.cursor("a", 1)] }]), ([outcome]) => outcome!._tag)
      )
      assert.strictEqual(outcomes.filter((tag) => tag === "Committed").length, 1)
      assert.strictEqual(outcomes.filter((tag) => tag === "Fenced").length, 7)
    })
  )

  it.effect("who was the owner when its transaction began writes nothing once another is", () =>
    Effect.gen(function* () {
      const owned = yield* setting
      const direct = yield* Effect.context<InstanceStore | SqlClient>()
      const lastSeq = yield* proxied((proxy) =>
        Effect.gen(function* () {
          const pass = () => "pass" as const
          proxy.judge((chunk) => (isCommit(chunk) ? "late" : "pass"))
          const zombie = yield* Effect.forkChild(
            Effect.exit(S.written(owned, everything(owned.instance)))
          )
          const begun = rows(
            "SELECT FROM pg_stat_activity WHERE datname = current_database() " +
              "AND application_name LIKE 'wr2:proxied%' AND state = 'idle in transaction'"
          )
          yield* begun.pipe(
            Effect.repeat({ until: (found) => found.length > 0, schedule: Schedule.spaced(5) }),
            Effect.timeout("5 seconds"),
            Effect.provide(direct)
          )
          const next = yield* S.within(4_000, Effect.provide(S.activate(owned.instance), direct))
          proxy.judge(pass)
          yield* proxy.release
          assert.isTrue(Exit.isFailure(yield* Fiber.join(zombie)))
          return next.lastSeq
        })
      )
      assert.strictEqual(yield* count(owned.instance), lastSeq)
    })
  )

  it.effect("a runner that sleeps in a transaction loses the instance to its successor", () =>
    Effect.gen(function* () {
      const owned = yield* setting
      const zombie = yield* holding(
        "SELECT FROM wr2.instance_owner WHERE instance_id = $1 FOR SHARE",
        [owned.instance],
        "wr2:zombie"
      )
      yield* zombie.query("SELECT FROM wr2.test_counter WHERE instance_id = $1 FOR NO KEY UPDATE", [
        owned.instance
      ])
      const next = yield* S.within(4_000, S.activate(owned.instance))
      assert.strictEqual(next.epoch, owned.epoch + 1)
      assert.strictEqual((yield* S.look(next, [Counter.ref(1)])).rows.length, 1)
      assert.isTrue(yield* Effect.isFailure(zombie.query("COMMIT")))
    })
  )

  it.effect("so does one that froze while it read a result, under every timeout", () =>
    Effect.gen(function* () {
      const owned = yield* setting
      const { url } = yield* PgFixture.Fixture
      const proxy = yield* DelayProxy.make({ url })
      const zombie = yield* PgConnection.make({
        url: proxy.url(url),
        applicationName: "wr2:zombie",
        multiplex: true,
        startupParameters: { transaction_timeout: "300", statement_timeout: "200" }
      })
      proxy.judge((chunk) => (chunk.includes("repeat") ? "stall" : "pass"))
      yield* zombie.query("BEGIN")
      yield* zombie.query("SELECT FROM wr2.instance_owner WHERE instance_id = $1 FOR SHARE", [
        BigInt(owned.instance)
      ])
      yield* Effect.forkChild(
        Effect.ignore(zombie.query("SELECT repeat('x', 1000000) FROM generate_series(1, 100)"))
      )
      const writing = rows<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'wr2:zombie' " +
          "AND wait_event = 'ClientWrite' AND state_change < now() - interval '400 milliseconds'"
      )
      yield* writing.pipe(
        Effect.repeat({ until: (found) => found.length > 0, schedule: Schedule.spaced(20) }),
        Effect.timeout("5 seconds")
      )
      const next = yield* S.within(4_000, S.activate(owned.instance))
      assert.strictEqual(next.epoch, owned.epoch + 1)
    })
  )

  it.effect("takes two round trips, an idle one as well as a busy one", () =>
    Effect.gen(function* () {
      const owned = yield* setting
      // Far more than a busy machine adds to a trip.
      const delayMillis = 100
      yield* proxied(
        (proxy) =>
          Effect.gen(function* () {
            const took: Array<number> = []
            for (let n = 1; n <= 6; n++) {
              const turns = proxy.turns()
              const began = performance.now()
              yield* S.written(owned, {
                rows: [
                  S.put("update", S.counter(1, { count: n })),
                  S.put("insert", S.counter(90 + n))
                ],
                events: [S.event(n)],
                log: [S.done(n)],
                queued: [S.action(100 + n)],
                cursors: [S.cursor("a", n)]
              })
              took.push((performance.now() - began) / (2 * delayMillis))
              // The first opens the connection.
              if (n > 1) assert.strictEqual(proxy.turns() - turns, 2)
            }
            const median = took.slice(1).sort((a, b) => a - b)[2]!
            assert.isAtMost(median, 2.5, `round trips: ${took.join(" ")}`)
          }),
        {},
        delayMillis
      )
    })
  )

  it.effect("another session of no importance is not touched", () =>
    Effect.gen(function* () {
      const other = yield* session("wr2:elsewhere")
      const owned = yield* setting
      yield* S.activate(owned.instance)
      assert.strictEqual((yield* other.query("SELECT 1 AS one")).rows.length, 1)
    })
  )
})
