/** Bounds of the adapter itself (Settings), each come upon on a real server. */
import type { PgConnection } from "@effect/sql-pg"
import { assert, layer } from "@effect/vitest"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import * as Limits from "@wr2/engine/Limits"
import * as PgFixture from "@wr2/testkit/PgFixture"
import * as S from "@wr2/testkit/PortSuites/Support"
import { testGame } from "@wr2/testkit/TestGame"
import { Effect, Layer, Schedule } from "effect"
import { Database } from "../src/Database.ts"
import * as Lanes from "../src/Lanes.ts"
import * as PgInstanceStore from "../src/PgInstanceStore.ts"
import * as Settings from "../src/Settings.ts"
import type { Statement } from "../src/Statement.ts"
import { holding, rows, session } from "./support.ts"

/** The adapter's own bounds, and the engine's, with some of them changed. */
const changed = (settings: Partial<Settings.Settings>, limits: Partial<Limits.Limits>) =>
  Layer.merge(
    Layer.succeed(Settings.Settings, { ...Settings.defaults, ...settings }),
    Layer.succeed(Limits.Limits, { ...Limits.defaults, ...limits })
  )

/** Connections of its own on the fixture's database. */
const connected = (settings: Partial<Settings.Settings>, limits: Partial<Limits.Limits> = {}) =>
  Layer.fresh(Database.layer).pipe(Layer.provide(changed(settings, limits)))

/** A store of its own. */
const stored = (settings: Partial<Settings.Settings>, limits: Partial<Limits.Limits> = {}) =>
  Layer.fresh(PgInstanceStore.layer(testGame)).pipe(Layer.provide(changed(settings, limits)))

const statement = (text: string): Statement => ({ text, params: [] })
const patient: Settings.Timeouts = {
  statement: 60_000,
  lock: 60_000,
  idle: 60_000,
  transaction: 120_000
}

layer(PgFixture.layer(testGame), { excludeTestServices: true })("settings", (it) => {
  it.effect(
    "there are controlConnections and asideConnections, no more; who comes later waits and is served",
    () =>
      Effect.gen(function* () {
        const runner = "bounded"
        const sessions = Effect.map(
          rows<{ n: number }>(
            "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = $1",
            [`wr2:${runner}`]
          ),
          ([row]) => row!.n
        )
        yield* Effect.gen(function* () {
          const { aside, control, executors } = yield* Database
          let open = 0
          for (const [lanes, size] of [
            [control, 3],
            [aside, 2],
            [executors, 1]
          ] as const) {
            const one = Lanes.one(lanes, statement("SELECT pg_sleep(0.02)"))
            const answers = yield* Effect.all(
              Array.from({ length: 10 }, () => one),
              { concurrency: "unbounded" }
            )
            assert.lengthOf(answers, 10)
            open += size
            assert.strictEqual(yield* sessions, open)
          }
        }).pipe(
          Effect.provide(
            connected({ runner, controlConnections: 3, asideConnections: 2 }, { executors: 1 })
          )
        )
      })
  )

  const sleeps = (lanes: Lanes.Lanes) => Lanes.one(lanes, statement("SELECT pg_sleep(30)"))
  /** What each timeout is for, and what the server then says. */
  const timeouts: ReadonlyArray<
    readonly [
      keyof Settings.Timeouts,
      (lanes: Lanes.Lanes) => ReturnType<typeof sleeps>,
      said: RegExp
    ]
  > = [
    ["statement", sleeps, /^57014/],
    // The server ends the session; whether its last words arrive is luck.
    ["transaction", sleeps, /25P04|closed/],
    [
      "lock",
      (lanes) => Lanes.one(lanes, statement("SELECT next FROM wr2.entity_id FOR UPDATE")),
      /^55P03/
    ],
    [
      "idle",
      (lanes) =>
        lanes.use((connection) =>
          Effect.gen(function* () {
            yield* Lanes.flight(connection, [Lanes.begin])
            yield* Effect.sleep(500)
            const [found] = yield* Lanes.flight(connection, [Lanes.rollback])
            return found!
          })
        ),
      /./
    ]
  ]
  for (const [kind, settings] of [
    ["executors", "cycle"],
    ["aside", "cycle"],
    ["control", "control"]
  ] as const)
    for (const [name, takes, said] of timeouts)
      it.effect(
        `on a connection of ${kind} what takes longer than ${name} is Transient (${settings})`,
        () =>
          Effect.gen(function* () {
            yield* holding("SELECT FROM wr2.entity_id FOR UPDATE", [])
            const short = { ...patient, [name]: 100 }
            const own = { cycle: patient, control: patient, [settings]: short }
            yield* Effect.gen(function* () {
              const lanes = (yield* Database)[kind]
              const error = yield* Effect.flip(takes(lanes))
              assert.deepInclude(error, { _tag: "StoreError", reason: "Transient" })
              assert.match(error.message, said)
              // And the next is served.
              const next = yield* Lanes.one(lanes, statement("SELECT 7"))
              assert.deepStrictEqual(next, [[7]])
            }).pipe(Effect.provide(connected(own)))
          }),
        20_000
      )

  it.effect("an instance is founded in parts of foundChunk rows, all of them or none", () =>
    Effect.gen(function* () {
      const instance = S.newInstance()
      const given = Array.from({ length: 5 }, (_, i) => S.counter(i + 1))
      const queue = Array.from({ length: 5 }, (_, i) => S.action(i + 1))
      yield* Effect.flatMap(InstanceStore, (store) =>
        store.found({ instance, rows: given, queue })
      ).pipe(Effect.provide(stored({ foundChunk: 2 })))
      const parts = yield* rows<{ n: number }>(
        "SELECT jsonb_array_length(rows) AS n FROM wr2.snapshot WHERE instance_id = $1 ORDER BY part",
        [BigInt(instance)]
      )
      assert.deepStrictEqual(
        parts.map(({ n }) => n),
        [2, 2, 1]
      )
      const born = yield* S.activate(instance)
      assert.deepStrictEqual([born.rows.length, born.queue.length], [5, 5])
    })
  )

  it.effect(
    "one look of the Waker finds sleepingMax, released and orphaned each; the next others",
    () =>
      Effect.gen(function* () {
        const mine = new Set<number>()
        for (let i = 0; i < 3; i++) {
          const due = S.newInstance()
          const store = yield* InstanceStore
          yield* store.found({ instance: due, rows: [], queue: [S.action(1, { runAt: 0 })] })
          const orphan = yield* S.born({})
          mine.add(due).add(orphan.instance)
        }
        yield* Effect.gen(function* () {
          const store = yield* InstanceStore
          yield* store.heartbeat("alive")
          const looks: Array<number> = []
          while (mine.size > 0) {
            const found = yield* store.sleeping(60_000)
            looks.push(found.length)
            if (found.length === 0) break
            for (const { instance } of found) {
              mine.delete(instance)
              yield* S.activate(instance, "alive")
            }
          }
          assert.strictEqual(looks[0], 4)
          assert.isAtMost(Math.max(...looks), 4)
          assert.deepStrictEqual([...mine], [])
        }).pipe(Effect.provide(stored({ sleepingMax: 2 })))
      })
  )

  it.effect(
    "an activation that waits asks unblockTries times who blocks it; then it is Transient",
    () =>
      Effect.gen(function* () {
        const { instance } = yield* S.born({})
        const text = "SELECT FROM wr2.instance_owner WHERE instance_id = $1 FOR UPDATE"
        yield* holding(text, [instance])
        // One of WR2 that waits itself: it is not ended, and nobody else is seen behind it.
        const waiting = yield* session("wr2:before")
        yield* Effect.forkScoped(waiting.query(text, [instance]))
        yield* rows<{ n: number }>(
          "SELECT count(*)::int AS n FROM pg_stat_activity " +
            "WHERE application_name = 'wr2:before' AND wait_event_type = 'Lock'"
        ).pipe(
          Effect.repeat({
            until: ([row]) => row!.n === 1,
            schedule: Schedule.spaced(10)
          })
        )
        const dial = yield* Lanes.Dial
        for (const unblockTries of [1, 3]) {
          let asked = 0
          const counting: typeof dial = (config) =>
            Effect.map(
              dial(config),
              (connection) =>
                new Proxy(connection, {
                  get: (target, name) => {
                    const own = Reflect.get(target, name) as unknown
                    if (name !== "queryValues")
                      return typeof own === "function" ? own.bind(target) : own
                    return (sql: string, params: never) => {
                      if (sql.includes("pg_blocking_pids")) asked++
                      return target.queryValues(sql, params)
                    }
                  }
                }) as PgConnection.PgConnection
            )
          const taking = Effect.provide(
            S.activate(instance),
            stored({ unblockTries }, { fenceWait: 50 })
          ).pipe(Effect.provideService(Lanes.Dial, counting))
          const error = yield* Effect.flip(taking)
          assert.deepInclude(error, { _tag: "StoreError", reason: "Transient" })
          assert.strictEqual(asked, unblockTries)
        }
      })
  )
})
