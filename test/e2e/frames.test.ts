/**
 * In order means what was typed, over a real websocket: what is in one frame, and what is sent without
 * waiting; while nobody else is there, and among twenty who walk. The messages are written by hand: a
 * client would number and send again what went wrong.
 */
import { assert, it } from "@effect/vitest"
import { Bot } from "@wr2/client"
import { Postgres } from "@wr2/postgres"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { Effect, Fiber, Redacted } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { join, register } from "./players.ts"
import { tame } from "./tame.ts"
import { walker } from "./walker.ts"

const bots = 20

/** The ways that a character went, in the order of Events. */
const ways = (id: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ way: string }>`
      SELECT payload->>'direction' AS way FROM wr2.event_log
      WHERE instance_id = 1 AND event_type = 'CharacterMoved'
        AND (payload->>'character')::bigint = ${id} ORDER BY seq`
    return rows.map(({ way }) => way[0]!).join("")
  })

/** How often anybody went anywhere. */
const steps = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ n: number }>`
    SELECT count(*)::int AS n FROM wr2.event_log
    WHERE instance_id = 1 AND event_type = 'CharacterMoved'`
  return rows[0]!.n
})

const times = 5
/** As many as may be said at once. */
const moves = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? "n" : "s"))

const goes = Effect.fnUntraced(function* (url: string) {
  const ann = yield* walker(url)
  const gate = ["Rope Street", "Gallows Square", "The Marsh Gate"]
  assert.deepStrictEqual(yield* ann.frame("n", "n", "n"), gate)
  for (let i = 0; i < times; i++) {
    const there = yield* ann.frame("n", "n", "e", "look")
    const [causeway, reeds, ring] = [
      "The Drowned Causeway",
      "The Whispering Reeds",
      "The Whale Ring"
    ]
    assert.deepStrictEqual(there, [causeway, reeds, ring, ring])
    const back = yield* ann.frame("w", "s", "s", "look")
    assert.deepStrictEqual(back, [reeds, causeway, gate[2], gate[2]])
  }
  assert.strictEqual(yield* ways(ann.id), `nnn${"nnewss".repeat(times)}`)

  const bob = yield* walker(url)
  const frames = Array.from({ length: 25 }, (_, i) => moves.slice(i * 4, i * 4 + 4))
  // All are sent before any is answered.
  const answers = yield* Effect.forEach(frames, (lines) => bob.frame(...lines), {
    concurrency: "unbounded"
  })
  assert.deepStrictEqual(
    answers.flat(),
    moves.map((way) => (way === "n" ? "Rope Street" : "The Tide Quay"))
  )
  assert.strictEqual(yield* ways(bob.id), moves.join(""))
})

it.live(
  "n;n;e;look in one frame is three rooms on and shows that room; 100 moves sent at once succeed in order",
  () =>
    Effect.gen(function* () {
      const { url: database } = yield* PgFixture.emptyDatabase
      const { stop, url } = yield* Harness.serve({
        role: "all",
        database: Redacted.value(database),
        within: 60_000,
        env: {
          WR2_CONTENT: yield* tame,
          // However busy the machine is: what is tried here is not how soon.
          WR2_GATEWAY_LIMITS: JSON.stringify({ answerWithin: 60_000 })
        }
      })
      yield* Effect.gen(function* () {
        const porter = yield* walker(url)
        yield* porter.frame("n", "n", "n", "open gate")
        yield* goes(url)

        yield* register(url, bots)
        const crowd = yield* Effect.forEach(
          Array.from({ length: bots }, (_, i) => i),
          (i) => join(url, i),
          { concurrency: 5 }
        )
        let over = false
        const walk = Bot.scripted(["n", "n", "look", "s", "s", "look"], { repeat: true })
        const walking = yield* Effect.forEach(
          crowd,
          ({ client }) =>
            Bot.play(client, (step) => (over ? undefined : walk(step)), { pause: 20 }),
          { concurrency: "unbounded" }
        ).pipe(Effect.forkChild)
        const before = yield* steps
        yield* goes(url)
        const others = (yield* steps) - before - 3 - 6 * times - moves.length
        console.info(`measured: steps of ${bots} others meanwhile: ${others}`)
        assert.isAbove(others, bots)
        over = true
        const reports = yield* Fiber.join(walking)
        assert.deepStrictEqual(
          reports.map(({ rejected }) => rejected),
          reports.map(() => ({}))
        )
      }).pipe(
        Effect.scoped,
        Effect.provide(Postgres.client({ url: database, runner: "test", maxConnections: 2 }))
      )
      assert.strictEqual((yield* stop()).code, 0)
    }).pipe(Effect.scoped),
  240_000
)
