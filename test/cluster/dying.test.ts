/** Runners that die of an Action: each is started again, as whoever runs them would, until it lives. */
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Limits from "@wr2/engine/Limits"
import { DeadLetters, Postgres } from "@wr2/postgres"
import * as PgInstanceStore from "@wr2/postgres/PgInstanceStore"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { InstanceStore } from "@wr2/engine"
import { Effect, Layer, Redacted } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { pending } from "../../packages/engine/test/Looks.ts"
import { people } from "../../packages/engine/test/Yard.ts"
import { deadly, ways } from "./Deadly.ts"

const count = 256
/** Not among the first: the innocents before it must not use caution up. */
const culprit = 200

const script = fileURLToPath(new URL("dying.ts", import.meta.url))

/** Starts runners, one after the other, until one ends in order; how often they died, and of what. */
const untilOneLives = Effect.fnUntraced(function* (
  database: PgFixture.TestDatabase,
  ...args: ReadonlyArray<string>
) {
  const deaths: Array<string> = []
  while (deaths.length < 12) {
    const runner = yield* Harness.start({
      name: "runner",
      // Options of Node come before its script.
      script: "--max-old-space-size=192",
      args: ["--stack-size=1000000", script, ...args],
      env: { DATABASE_URL: Redacted.value(database.url) }
    })
    const { code, signal } = yield* runner.ended
    if (code === 0) return deaths
    deaths.push(`${code ?? signal}: ${runner.output().slice(-300)}`)
  }
  return yield* new Harness.HarnessError({ message: deaths.join("\n---\n") })
})

const on = <A, E>(
  database: PgFixture.TestDatabase,
  f: Effect.Effect<
    A,
    E,
    | SqlClient.SqlClient
    | InstanceStore.InstanceStore
    | Layer.Success<ReturnType<typeof Postgres.client>>
  >
) =>
  f.pipe(
    Effect.provide(
      PgInstanceStore.layer(deadly).pipe(
        Layer.provideMerge(Postgres.client({ url: database.url, maxConnections: 2 }))
      )
    )
  )

/** Who walked, and what died. */
const outcome = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const walked = yield* sql<{ instance: number; n: number; most: number }>`
    SELECT instance_id::float8 AS instance, count(*) FILTER (WHERE place = 1)::float8 AS n, max(place)::float8 AS most
    FROM wr2.person GROUP BY 1 ORDER BY 1`
  const letters = yield* DeadLetters.list({})
  return { walked, letters }
})

it.live.each(ways)(
  "one that dies of %s does not take all that follow along; the innocents walk, once",
  (how) =>
    Effect.gen(function* () {
      const database = yield* PgFixture.database(deadly)
      yield* on(
        database,
        Effect.gen(function* () {
          const store = yield* InstanceStore.InstanceStore
          for (const instance of [1, 2]) {
            yield* store.found({
              instance,
              rows: people(count),
              queue: Array.from({ length: count }, (_, i) =>
                instance === 1 && i + 1 === culprit
                  ? pending(i + 1, i + 1, { type: "Die" }, { person: i + 1, how })
                  : pending(i + 1, i + 1, { type: "Walk" }, { person: i + 1, by: 1 })
              )
            })
          }
        })
      )
      const deaths = yield* untilOneLives(database)
      // The first, with nobody warned; then its counted attempts.
      assert.isAtMost(deaths.length, 1 + Limits.defaults.attemptsMax, deaths.join("\n"))
      const { letters, walked } = yield* on(database, outcome)
      assert.deepStrictEqual(
        letters.map(({ no, type }) => [no, type]),
        [[culprit, "Die"]]
      )
      assert.deepStrictEqual(walked, [
        { instance: 1, n: count - 1, most: 1 },
        { instance: 2, n: count, most: 1 }
      ])
      assert.deepInclude(letters[0], {
        no: culprit,
        instance: 1,
        type: "Die",
        payload: { person: culprit, how },
        attempts: Limits.defaults.attemptsMax,
        rows: null
      })
      assert.match(letters[0]!.error, /each time its runner went down/)
    }),
  120_000
)

it.live(
  "nor when it is a Command that its client sends again to each of them, among others",
  () =>
    Effect.gen(function* () {
      const database = yield* PgFixture.database(deadly)
      yield* on(
        database,
        Effect.gen(function* () {
          const store = yield* InstanceStore.InstanceStore
          for (const instance of [1, 2])
            yield* store.found({ instance, rows: people(count), queue: [] })
        })
      )
      const deaths = yield* untilOneLives(database, String(count), String(culprit), "die exit")
      assert.isAtMost(deaths.length, 1 + Limits.defaults.attemptsMax, deaths.join("\n"))
      const { letters, walked } = yield* on(database, outcome)
      assert.deepStrictEqual(walked, [
        { instance: 1, n: count - 1, most: 1 },
        { instance: 2, n: count, most: 1 }
      ])
      assert.deepStrictEqual(
        letters.map(({ commandId, type }) => [type, commandId]),
        [["Die", `person:${culprit}#1`]]
      )
    }),
  120_000
)
