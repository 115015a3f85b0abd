/**
 * Thirty bots at random for a minute, over websockets, against a real server process: nothing breaks,
 * and what they did is in the tables, each thing once.
 */
import { assert, it } from "@effect/vitest"
import { Bot } from "@wr2/client"
import type { Game } from "@wr2/core"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import { Postgres } from "@wr2/postgres"
import * as Fold from "@wr2/testkit/Fold"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { game } from "@wr2/testkit/ShippedWorld"
import { Effect, Redacted } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { Conservation } from "@wr2/world"
import type { WorldEvent } from "@wr2/world"
import { join, register } from "./players.ts"

const bots = 30
const seconds = Number(process.env["WR2_BOT_SECONDS"] ?? 60)
const seed = Number(process.env["WR2_SEED"] ?? Date.now() % 1_000_000)

/** What a bot may type, the likelier ones more often. */
const lines = [
  ..."n n n s s s e w n s e w".split(" "),
  ..."look look look score inventory who help".split(" "),
  "say hello",
  "say is anybody here?",
  "get all",
  "get cutlass",
  "get all from corpse",
  "get 2.lantern",
  "drop all",
  "drop 3 gold",
  "get gold",
  "give 1 gold to bota",
  "give lantern to botb",
  "open east",
  "open north",
  "close north",
  "open gate",
  "kill rat",
  "kill eel",
  "kill hound",
  "flee",
  "wield cutlass",
  ..."arch arch arch arch portal ring".split(" ").map((name) => `enter ${name}`),
  "look botc",
  "dance",
  "get",
  "\u0007\u001b[31m n",
  "l"
]

it.live(
  `thirty bots for ${seconds} s (WR2_SEED=${seed}): no defect, no gap, gold and items where they belong`,
  () =>
    Effect.gen(function* () {
      const { url } = yield* PgFixture.emptyDatabase
      const server = yield* Harness.serve({ role: "all", database: Redacted.value(url) })
      yield* register(server.url, bots)
      const until = performance.now() + seconds * 1_000
      const reports = yield* Effect.forEach(
        Array.from({ length: bots }, (_, i) => i),
        (i) =>
          Effect.gen(function* () {
            const { client } = yield* join(server.url, i)
            const mind = Bot.random(lines, seed + i)
            return yield* Bot.play(
              client,
              (step) => (performance.now() < until ? mind(step) : undefined),
              {
                pause: 60
              }
            )
          }),
        { concurrency: "unbounded" }
      )
      const sent = reports.reduce((sum, report) => sum + report.sent, 0)
      const broken = reports.flatMap(({ rejected }) =>
        Object.entries(rejected).filter(([tag]) =>
          ["Broken", "Closed", "Unavailable"].includes(tag)
        )
      )
      assert.deepStrictEqual(broken, [])
      assert.isAbove(sent, bots * seconds * 2)
      const ended = yield* server.stop()
      assert.strictEqual(ended.code, 0, server.output().slice(-2_000))
      const errors = server
        .output()
        .split("\n")
        .filter((line) => /"level":"(Error|Fatal)"/.test(line))
        // The cluster's health check on a machine that is too busy to answer within a second.
        .filter((line) => !line.includes("Shard lock storage is unhealthy"))
      assert.deepStrictEqual(errors, [])
      yield* Effect.provide(
        Effect.andThen(checks, Effect.forEach([1, 2], folded)),
        Postgres.layer({ url, game, runner: "test" })
      )
    }).pipe(Effect.scoped),
  (seconds + 90) * 1_000
)

/** The Events folded over the instance's birth give its rows; gold and items are what the Events say. */
const folded = Effect.fnUntraced(function* (instance: number) {
  const sql = yield* SqlClient.SqlClient
  const store = yield* InstanceStore
  const parts = yield* sql<{ rows: ReadonlyArray<Fold.SnapshotRow> }>`
    SELECT rows FROM wr2.snapshot WHERE instance_id = ${instance} AND seq = 0 ORDER BY part`
  const events = yield* sql<{ payload: WorldEvent; at: Date }>`
    SELECT payload, created_at AS at FROM wr2.event_log WHERE instance_id = ${instance} ORDER BY seq`
  const { rows } = yield* store.activate(instance, {
    runner: "test",
    incarnation: "test",
    timersHorizon: 0
  })
  const birth = Fold.ofSnapshot(
    game as Game.Any,
    parts.flatMap((part) => part.rows)
  )
  const before = Conservation.held(birth)
  const told = events.map(({ at, payload }) => ({ value: payload, at: at.getTime() }))
  const now = Fold.fold(game as Game.Any, birth, told)
  assert.deepStrictEqual(Fold.lines(now), Fold.lines(Fold.loaded(game as Game.Any, rows)))
  const after = Conservation.held(now)
  const made = events.map(({ payload }) => Conservation.made(payload))
  assert.deepStrictEqual(after, {
    gold: made.reduce((sum, { gold }) => sum + gold, before.gold),
    items: made.reduce((sum, { items }) => sum + items, before.items)
  })
  assert.isAbove(events.length, instance === 1 ? 500 : 0)
})

const checks = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  assert.deepStrictEqual(yield* sql`SELECT action_type, error FROM wr2.dead_letter`, [])
  assert.deepStrictEqual(
    yield* sql`SELECT instance_id FROM wr2.event_log GROUP BY instance_id HAVING min(seq) <> 1 OR max(seq) <> count(*)`,
    []
  )
  // Released in order: nothing in transit, nobody inside.
  assert.deepStrictEqual(yield* sql`SELECT * FROM wr2.instance_owner WHERE released_at IS NULL`, [])
  // Every item is somewhere that exists.
  assert.deepStrictEqual(
    yield* sql`
      SELECT i.id, i.holder, i.holder_id FROM wr2.item_instance AS i
      WHERE NOT EXISTS (
        SELECT 1 FROM wr2.room_instance AS r WHERE i.holder = 'room' AND r.instance_id = i.instance_id AND r.id = i.holder_id
        UNION ALL SELECT 1 FROM wr2.character AS c WHERE i.holder = 'character' AND c.instance_id = i.instance_id AND c.id = i.holder_id
        UNION ALL SELECT 1 FROM wr2.mob_instance AS m WHERE i.holder = 'mob' AND m.instance_id = i.instance_id AND m.id = i.holder_id
        UNION ALL SELECT 1 FROM wr2.item_instance AS o WHERE i.holder = 'item' AND o.instance_id = i.instance_id AND o.id = i.holder_id
      )`,
    []
  )
  // Each character is in one place.
  assert.deepStrictEqual(
    yield* sql`SELECT id FROM wr2.character GROUP BY id HAVING count(*) > 1`,
    []
  )
})
