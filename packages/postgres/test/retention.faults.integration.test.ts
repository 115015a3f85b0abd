/** Retention that is broken off, doubled, or in somebody's way: nobody waits for it, and it is finished. */
import { PgConnection } from "@effect/sql-pg"
import { assert, layer } from "@effect/vitest"
import * as PgFixture from "@wr2/testkit/PgFixture"
import * as S from "@wr2/testkit/PortSuites/Support"
import { testGame } from "@wr2/testkit/TestGame"
import { Effect, Fiber, Layer, Schedule } from "effect"
import * as Lanes from "../src/Lanes.ts"
import * as Retention from "../src/Retention.ts"
import { defaults } from "../src/RetentionPolicy.ts"
import { all, head, retain, seqs, tables, turning, write } from "./retaining.ts"
import { holding, rows } from "./support.ts"

layer(PgFixture.layer(testGame), { excludeTestServices: true })("retention", (it) => {
  it.effect("a transaction that lies open keeps nobody waiting; what it keeps goes after it", () =>
    Effect.gen(function* () {
      const owned = yield* S.born({})
      yield* write(owned, 1, 5)
      yield* retain(turning)
      let seq = 5
      let going = true
      let worst = 0
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* holding(
            "SELECT count(*), (SELECT count(*) FROM wr2.action_log) FROM wr2.event_log",
            [],
            "somebody's psql"
          )
          const cycles = yield* Effect.forkChild(
            Effect.gen(function* () {
              while (going) {
                const began = performance.now()
                yield* write(owned, seq + 1, seq + 1)
                seq++
                yield* seqs(owned.instance, seq - 1)
                worst = Math.max(worst, performance.now() - began)
              }
            })
          )
          const first = yield* retain(all)
          // History has gone for whoever reads, and volumes go on.
          assert.isAbove(first.waiting.length, 0)
          assert.include(
            first.waiting.flatMap((one) => one.for.map(({ application }) => application)),
            "somebody's psql"
          )
          assert.isTrue(first.steps.some(({ _tag }) => _tag === "Drop"))
          const second = yield* retain(all)
          assert.isTrue(second.steps.some(({ _tag }) => _tag === "Turn"))
          assert.isAbove(second.waiting.length, 0)
          // An activation, too, has nothing to wait for.
          yield* S.within(1_500, S.activate((yield* S.born({})).instance))
          going = false
          yield* Fiber.join(cycles)
        })
      )
      assert.isAbove(seq, 20)
      assert.isBelow(worst, 1_000, "a cycle waited for retention")
      const last = yield* retain(all)
      assert.deepStrictEqual(last.waiting, [])
      assert.lengthOf(yield* tables, 2)
      assert.strictEqual((yield* S.activate(owned.instance)).lastSeq, seq)
    })
  )

  it.effect("a volume that somebody took away is made again, and poisons nothing meanwhile", () =>
    Effect.gen(function* () {
      const owned = yield* S.born({})
      yield* write(owned, 1, 2)
      yield* rows("UPDATE wr2.log_turn SET volume = volume + 5")
      yield* S.failsWith(write(owned, 3, 3), "Unusable")
      yield* retain(defaults)
      yield* write(owned, 3, 3)
      yield* retain(turning)
      yield* write(owned, 4, 4)
      assert.deepInclude(yield* S.activate(owned.instance), { lastSeq: 4, lastNo: 4 })
    }).pipe(Effect.provide(PgFixture.layer(testGame)))
  )

  it.effect(
    "broken off anywhere, it is finished by the next",
    () =>
      Effect.gen(function* () {
        const dial = yield* Lanes.Dial
        const end = "SELECT pg_terminate_backend(pg_backend_pid())"
        let statement = 0
        let breakAt = 0
        const counting: typeof dial = (config) =>
          Effect.map(
            dial(config),
            (connection) =>
              new Proxy(connection, {
                get: (target, name) => {
                  const own = Reflect.get(target, name) as unknown
                  if (name !== "queryValues")
                    return typeof own === "function" ? own.bind(target) : own
                  return (text: string, params: never) =>
                    Effect.suspend(() =>
                      ++statement === breakAt
                        ? Effect.andThen(Effect.ignore(target.queryValues(end, [])), () =>
                            target.queryValues(text, params)
                          )
                        : target.queryValues(text, params)
                    )
                }
              }) as PgConnection.PgConnection
          )
        const owned = yield* S.born({})
        let seq = 0
        for (breakAt = 1; ; breakAt++) {
          statement = 0
          yield* write(owned, seq + 1, seq + 2)
          seq += 2
          const done = yield* Effect.exit(
            Effect.provideService(Retention.run(all), Lanes.Dial, counting)
          )
          // Whatever was half done, the world goes on.
          yield* write(owned, seq + 1, seq + 1)
          seq++
          yield* S.failsWith(S.written(owned, { events: [S.event(seq - 2)] }), "Fenced")
          assert.strictEqual((yield* head(owned.instance))?.last, seq)
          yield* retain(all).pipe(Effect.retry({ times: 5, schedule: Schedule.spaced(20) }))
          assert.deepStrictEqual(yield* seqs(owned.instance), [])
          assert.lengthOf(yield* tables, 2, `after ${breakAt}`)
          assert.strictEqual((yield* S.activate(owned.instance)).lastSeq, seq)
          Object.assign(owned, yield* S.activate(owned.instance))
          if (done._tag === "Success") break
        }
        assert.isAbove(breakAt, 30)
      }),
    // Some forty times, two runs each.
    180_000
  )

  it.effect("one process at a time; the others leave it to that one", () =>
    Effect.gen(function* () {
      yield* holding("SELECT pg_advisory_lock(hashtext('wr2.retention'))", [])
      const report = yield* Retention.run(all)
      assert.isFalse(report.mine)
      assert.deepStrictEqual(report.steps, [])
    }).pipe(Effect.scoped)
  )

  it.effect("a writer of another world on the same server is not waited for", () =>
    Effect.gen(function* () {
      const owned = yield* S.born({})
      yield* write(owned, 1, 2)
      // Of the same template: its tables have the same numbers.
      const other = yield* PgFixture.database(testGame)
      const writer = yield* PgConnection.make({ url: other.url })
      yield* writer.query("BEGIN")
      yield* writer.query(
        "INSERT INTO wr2.event_log (instance_id, seq, event_type, version, payload, streams, created_at) " +
          "VALUES (1, 1, 'Slow', 1, '{}', '{}', now())"
      )
      yield* S.within(5_000, retain(turning))
      assert.deepStrictEqual(yield* rows("SELECT before FROM wr2.log_turn"), [{ before: null }])
    }).pipe(Effect.scoped)
  )

  it.effect("many at once do it once", () =>
    Effect.gen(function* () {
      const owned = yield* S.born({})
      yield* write(owned, 1, 2)
      const reports = yield* Effect.all(
        Array.from({ length: 4 }, () => Retention.run(turning)),
        { concurrency: "unbounded" }
      )
      const turns = reports.flatMap(({ steps }) => steps.filter(({ _tag }) => _tag === "Turn"))
      assert.lengthOf(turns, 1)
    })
  )

  it.effect("a runner does it by itself, again and again, and goes on when it fails", () =>
    Effect.gen(function* () {
      const owned = yield* S.born({})
      const dial = yield* Lanes.Dial
      let tries = 0
      const failing: typeof dial = (config) => {
        const broken = { ...config, port: 1 }
        return tries++ < 3 ? dial(broken) : dial(config)
      }
      yield* write(owned, 1, 3)
      yield* Layer.build(Retention.layer({ ...all, every: 20 }, testGame.aggregates)).pipe(
        Effect.provideService(Lanes.Dial, failing)
      )
      for (const last of [3, 6]) {
        yield* Effect.repeat(seqs(owned.instance), {
          until: (left) => left.length === 0,
          schedule: Schedule.spaced(20)
        })
        yield* write(owned, last + 1, last + 3)
      }
      assert.isAbove(tries, 3)
    }).pipe(Effect.scoped)
  )
})
