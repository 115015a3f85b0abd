/** The logs in volumes: worlds of before them, and statements that look no further than they must. */
import { assert, layer } from "@effect/vitest"
import { EventLog } from "@wr2/engine/EventLog"
import * as PgFixture from "@wr2/testkit/PgFixture"
import * as S from "@wr2/testkit/PortSuites/Support"
import { testGame } from "@wr2/testkit/TestGame"
import { Effect, type Scope } from "effect"
import { PgConnection } from "@effect/sql-pg"
import * as Migrations from "../src/Migrations.ts"
import * as Postgres from "../src/Postgres.ts"
import { appendActionLog } from "../src/queries/appendActionLog.ts"
import * as Events from "../src/queries/appendEvents.ts"
import * as Offsets from "../src/queries/consumerOffsets.ts"
import * as Load from "../src/queries/load.ts"
import * as Retention from "../src/Retention.ts"
import { defaults } from "../src/RetentionPolicy.ts"
import { add, gather, type Statement } from "../src/Statement.ts"
import { tableSql } from "../src/Tables.ts"
import { rows, session } from "./support.ts"

const tables: ReadonlyArray<Migrations.Migration> = [
  { name: "tables", sql: testGame.aggregates.map(tableSql).join("\n") }
]
const before = Migrations.engine.findIndex(({ name }) => name === "log_volumes")
const old = Migrations.engine.slice(0, before)

/** Six Events and nine Actions of instance 1, one of instance 2, as the plain tables had them. */
const history = [
  "INSERT INTO wr2.instance_owner (instance_id, lineage, epoch, founded_at) SELECT i, 'old', 3, '2026-01-01' FROM generate_series(1, 2) AS i",
  "INSERT INTO wr2.event_log (instance_id, seq, event_type, version, payload, streams, created_at) " +
    "SELECT i, s, 'Counted', 1, jsonb_build_object('n', s), '{a}', '2026-02-01'::timestamptz + s * interval '1 s' " +
    "FROM (SELECT 1 AS i, generate_series(1, 6) AS s UNION ALL SELECT 2, 1) AS x",
  "INSERT INTO wr2.action_log (instance_id, accept_no, action_type, version, payload, idempotency_key, seed, priority, run_at, attempts, depth, now, content_hash, outcome, position) " +
    "SELECT 1, n, 'Count', 1, '{}', 'k' || n, 0, 0, now(), 0, 0, '2026-02-01', '', 'done', 0 FROM generate_series(1, 9) AS n"
]

/** Runs on the ports of a database that an older version left, with rows in it. */
const inherited = <A, E, R>(
  f: Effect.Effect<A, E, R>,
  beside: (database: PgFixture.TestDatabase) => Effect.Effect<unknown, unknown, Scope.Scope> = () =>
    Effect.void
) =>
  Effect.scoped(
    Effect.gen(function* () {
      const database = yield* PgFixture.emptyDatabase
      yield* Effect.gen(function* () {
        yield* Migrations.apply("wr2.engine_migration", old)
        yield* Effect.forEach(history, (text) => rows(text))
      }).pipe(Effect.provide(Postgres.client({ url: database.url })))
      yield* beside(database)
      return yield* f.pipe(
        Effect.provide(
          Postgres.layer({ url: database.url, game: testGame, migrations: tables, runner: "new" })
        ),
        Effect.provideService(PgFixture.Fixture, database)
      )
    })
  )

layer(PgFixture.layer(testGame), { excludeTestServices: true })(
  "a world of before volumes",
  (it) => {
    it.effect("keeps what was there, and goes on", () =>
      inherited(
        Effect.gen(function* () {
          const log = yield* EventLog
          const read = (after: number) =>
            Effect.map(log.read(1, after, 100), (found) => found.map(({ seq }) => seq))
          assert.deepStrictEqual(yield* read(0), [1, 2, 3, 4, 5, 6])
          assert.deepStrictEqual(yield* log.head(1), { lineage: "old", last: 6, oldest: 1 })
          const owned = yield* S.activate(1)
          assert.deepInclude(owned, { epoch: 4, lastSeq: 6, lastNo: 9 })
          assert.strictEqual(owned.lastNow, Date.parse("2026-02-01T00:00:06Z"))
          yield* S.failsWith(S.written(owned, { events: [S.event(6)] }), "Fenced")
          yield* S.written(owned, { events: [S.event(7)], log: [S.done(10)] })
          // As a process of the older version writes, which knows of no volumes.
          yield* rows(
            "INSERT INTO wr2.event_log (instance_id, seq, event_type, version, payload, streams, created_at) " +
              "VALUES (1, 8, 'Old', 1, '{}', '{}', now())"
          )
          const error = yield* Effect.flip(
            Effect.flatMap(session(), (other) =>
              other.query("DELETE FROM wr2.event_log WHERE seq = 1")
            )
          )
          assert.strictEqual((error.reason.cause as { code?: string }).code, "WR002")
          yield* Retention.run({ ...defaults, volumeBytes: 1 })
          yield* S.written(owned, { events: [S.event(9)] })
          assert.deepStrictEqual(yield* read(5), [6, 7, 8, 9])
          yield* Retention.run({ ...defaults, age: 1, hold: 0 })
          assert.deepStrictEqual(yield* read(0), [])
          assert.strictEqual((yield* log.head(2))?.oldest, 2)
          assert.deepInclude(yield* S.activate(1), { lastSeq: 9, lastNo: 10 })
          assert.deepInclude(yield* S.activate(2), { lastSeq: 1, lastNo: 0 })
        })
      )
    )

    it.effect("is left as it is while somebody lies open with it, and told so", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(
          inherited(Effect.void, ({ url }) =>
            Effect.gen(function* () {
              const lunch = yield* PgConnection.make({ url })
              yield* lunch.query("BEGIN")
              yield* lunch.query("SELECT count(*) FROM wr2.event_log")
            })
          )
        )
        assert.include(String((error as { message?: string }).message), "lock timeout")
      })
    )
  }
)

interface Node {
  readonly "Relation Name"?: string
  readonly "Actual Loops"?: number
  readonly "Actual Rows"?: number
  readonly "Rows Removed by Filter"?: number
  readonly "Node Type": string
  readonly Plans?: ReadonlyArray<Node>
}

const nodes = (node: Node): ReadonlyArray<Node> => [node, ...(node.Plans ?? []).flatMap(nodes)]

layer(PgFixture.layer(testGame), { excludeTestServices: true })("a statement on the logs", (it) => {
  const perVolume = 400
  const volumes = 6
  let instance = 0

  /** An instance with so many Events and Actions in each of six volumes, and some of others. */
  const filled = Effect.gen(function* () {
    if (instance > 0) return
    const owned = yield* S.born({})
    const others = yield* Effect.forEach([1, 2, 3], () => S.born({}))
    for (let v = 0; v < volumes; v++) {
      if (v > 0) yield* Retention.run({ ...defaults, volumeBytes: 1 })
      for (const one of [owned, ...others]) {
        const numbers = Array.from({ length: perVolume }, (_, i) => v * perVolume + i + 1)
        yield* S.written(one, {
          events: numbers.map((seq) => S.event(seq)),
          log: numbers.map((no) => S.done(no, { firstSeq: no }))
        })
      }
    }
    instance = owned.instance
  })

  /** Which volumes a statement looked into, and how many of their rows it had in hand. */
  const touched = Effect.fnUntraced(function* ({ params, text }: Statement) {
    const other = yield* session()
    // As executors ask: the worst case, for the plan does not know what it is asked for.
    yield* other.query("SET plan_cache_mode = force_generic_plan")
    for (const way of ["seqscan", "sort", "bitmapscan"])
      yield* other.query(`SET enable_${way} = off`)
    yield* other.query("BEGIN")
    const answer = yield* other.queryValues(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, params)
    yield* other.query("ROLLBACK")
    const plan = (answer[0]![0] as ReadonlyArray<{ readonly Plan: Node }>)[0]!.Plan
    const looked = nodes(plan).filter(
      (node) =>
        /^(event|action)_log_\d+$/.test(node["Relation Name"] ?? "") && node["Actual Loops"]! > 0
    )
    assert.deepStrictEqual(
      looked.filter((node) => node["Node Type"] === "Seq Scan"),
      [],
      text
    )
    return {
      volumes: new Set(looked.map((node) => Number(/\d+$/.exec(node["Relation Name"]!)![0]))),
      rows: looked.reduce(
        (sum, node) =>
          sum +
          node["Actual Loops"]! * (node["Actual Rows"]! + (node["Rows Removed by Filter"] ?? 0)),
        0
      )
    }
  })

  const appended = (seq: number) => {
    const events = gather<ReturnType<typeof S.event>>()
    add(events, instance, [S.event(seq)])
    const done = gather<ReturnType<typeof S.done>>()
    add(done, instance, [S.done(seq)])
    return [Events.appendEvents(events), appendActionLog(done)]
  }

  it.effect("of a cycle or an activation touches the last volume alone", () =>
    Effect.gen(function* () {
      yield* filled
      const last = perVolume * volumes
      const here = new Set([volumes])
      const all: ReadonlyArray<readonly [Statement, number]> = [
        [Load.owner(instance), 300],
        [Events.head(instance), 4],
        [Events.read(instance, last - 10, 500), 10],
        [Events.read(instance, last, 500), 0],
        [Offsets.enrol([{ name: "early", from: "beginning" }]), 0],
        [Offsets.enrol([{ name: "late", from: "now" }]), 20],
        ...appended(last + 1).map((each) => [each, 0] as const)
      ]
      for (const [statement, most] of all) {
        const looked = yield* touched(statement)
        assert.isAbove(looked.volumes.size + (most === 0 ? 1 : 0), 0, statement.text)
        for (const volume of looked.volumes) assert.isTrue(here.has(volume), statement.text)
        assert.isAtMost(looked.rows, most, statement.text)
      }
    })
  )

  it.effect("that reads from far behind begins with the volume that has it", () =>
    Effect.gen(function* () {
      yield* filled
      for (let v = 0; v < volumes; v++) {
        const { rows, volumes: looked } = yield* touched(
          Events.read(instance, v * perVolume + perVolume / 2, 100)
        )
        assert.strictEqual(Math.min(...looked), v + 1)
        // A page, and the first of each volume behind it.
        assert.isAtMost(rows, 100 + volumes)
      }
    })
  )

  it.effect("touches the one before too, as long as it is not sealed", () =>
    Effect.gen(function* () {
      yield* filled
      yield* rows("UPDATE wr2.log_turn SET before = volume - 1")
      const { volumes: looked } = yield* touched(Load.owner(instance))
      assert.deepStrictEqual([...looked].sort(), [volumes - 1, volumes])
      yield* rows("UPDATE wr2.log_turn SET before = NULL")
    })
  )
})
