/** A world that was played, to be damaged by SQL and audited; whole again afterwards. */
import type { Game } from "@wr2/core"
import { Engine } from "@wr2/engine"
import type { Finding } from "@wr2/engine/Audit"
import { prepare } from "@wr2/engine/GameDef"
import { Placement } from "@wr2/engine/Placement"
import { Database, Settings } from "@wr2/postgres"
import * as Auditing from "@wr2/postgres/Auditing"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { game, tables } from "@wr2/testkit/SmallWorld"
import { Effect, Layer } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { enter, founded } from "./world.ts"

const definition = prepare(game as Game.Any)

/** An engine, as long as what it is given to. */
export const playing = Effect.provide(
  Engine.layer(game).pipe(Layer.provideMerge(Layer.fresh(Placement.layerLocal)))
)

/** Looks once; small pages, so that there are several. */
export const look = (instances?: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const database = yield* Database
    return yield* Auditing.audit(database, {
      definition,
      instances,
      pause: 0,
      page: 50,
      progress: () => Effect.void
    })
  })

const until = (statement: string) =>
  Harness.waitUntil(
    statement,
    Effect.flatMap(SqlClient.SqlClient, (sql) =>
      Effect.map(sql.unsafe(statement), ({ length }) => length > 0)
    ),
    { within: 40_000, every: 300 }
  )

/** Ann and Bob trade, fight, and go through the arch; Ann comes back. */
const played = Effect.gen(function* () {
  yield* founded
  yield* playing(
    Effect.gen(function* () {
      const [ann, bob] = yield* Effect.all([enter(1, 2_001, "Ann"), enter(1, 2_002, "Bob")])
      yield* ann.say("give 5 gold to bob", "drop 3 gold", "n", "open east", "e")
      yield* bob.say("get gold", "n", "e", "get all", "wield cutlass", "w", "drop all", "get all")
      yield* ann.say("w", "kill rat")
      yield* bob.say("kill rat")
      const way = ["flee", "n", "n", "open north", "n", "n", "e", "enter arch"]
      yield* Effect.repeat(
        Effect.gen(function* () {
          yield* ann.say(...way, ...way)
          yield* Effect.sleep("500 millis")
          const sql = yield* SqlClient.SqlClient
          return yield* sql`SELECT 1 FROM wr2.event_log WHERE event_type = 'CharacterReceived'`
        }),
        { until: (rows) => rows.length > 0, times: 60 }
      )
      const there = yield* enter(2, 2_001, "Ann")
      yield* there.say("say it is dark", "enter arch")
      yield* until(
        `SELECT 1 FROM wr2.event_log WHERE instance_id = 1 AND event_type = 'CharacterReceived'`
      )
    })
  )
})

/** It, and a database's connections. */
export const world = Layer.effectDiscard(played).pipe(
  Layer.provideMerge(
    Database.layer.pipe(
      Layer.provide(Layer.succeed(Settings.Settings, Settings.defaults)),
      Layer.provideMerge(PgFixture.layer(tables))
    )
  )
)

/** What is true of a damaged world, which is whole again afterwards. */
export const damaged = <A, E, R>(
  statements: ReadonlyArray<string>,
  asked: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R | SqlClient.SqlClient | Database | PgFixture.Fixture> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const touched = [
      ...new Set(statements.flatMap((text) => [...text.matchAll(/wr2\.(\w+)/g)].map(([, t]) => t!)))
    ].filter((table) => !table.includes("jsonb"))
    // Triggers and foreign keys are not for whoever damages, nor for putting it right.
    const by = (texts: ReadonlyArray<string>) =>
      sql.withTransaction(
        Effect.forEach(
          ["SET LOCAL session_replication_role = replica", ...texts],
          (text) => sql.unsafe(text),
          { discard: true }
        )
      )
    yield* Effect.orDie(
      by([...touched.map((t) => `CREATE TABLE kept_${t} AS TABLE wr2.${t}`), ...statements])
    )
    return yield* asked.pipe(
      Effect.ensuring(
        Effect.orDie(
          by(
            touched.flatMap((t) => [
              `DELETE FROM wr2.${t}`,
              `INSERT INTO wr2.${t} SELECT * FROM kept_${t}`,
              `DROP TABLE kept_${t}`
            ])
          )
        )
      )
    )
  })

/** One number. */
export const number = (text: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.map(sql.unsafe<{ n: number }>(text), (rows) => Number(rows[0]!.n))
  )

/** Findings of one rule. */
export const only = (findings: ReadonlyArray<Finding>, rule: Finding["rule"]) =>
  findings.filter((finding) => finding.rule === rule)
