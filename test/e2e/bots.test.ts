/**
 * Thirty bots at random for a minute, over websockets, against a real server process: nothing breaks,
 * and what they did is in the tables, each thing once, and comes to the same when it is run again.
 *
 *     WR2_BOTS=100 WR2_BOT_SECONDS=600 WR2_BOT_WORLD=shipped npx vitest run --project e2e test/e2e/bots.test.ts
 *
 * plays the world that is shipped: all its verbs, with whatever has a name in it.
 */
import { assert, it } from "@effect/vitest"
import { Bot } from "@wr2/client"
import { Postgres } from "@wr2/postgres"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import * as ShippedWorld from "@wr2/testkit/ShippedWorld"
import { game } from "@wr2/testkit/SmallWorld"
import { everyLine } from "@wr2/testkit/Verbs"
import { Effect, Redacted, Schema } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { join, register } from "./players.ts"

const bots = Number(process.env["WR2_BOTS"] ?? 30)
const shipped = process.env["WR2_BOT_WORLD"] === "shipped"
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

/** Every verb of the game, with whatever has a name in it, as often as the lines above. */
const everything = (): ReadonlyArray<string> => {
  const said = everyLine(ShippedWorld.game, ShippedWorld.files)
  const often = [
    ...lines,
    ..."up down up down".split(" "),
    "enter skiff",
    "enter skiff",
    "enter ferry"
  ]
  return [...said, ...Array.from({ length: 2 * said.length }, (_, i) => often[i % often.length]!)]
}

/**
 * What a good server may say on a machine that is too busy: Effect Cluster asks for its locks once a
 * second, and takes a second without an answer for storage that is gone. It gives its shards up and takes
 * them again, which is all right as long as nobody is turned away: that is asked of the bots.
 */
const excused = { message: /^Shard lock storage is unhealthy$/, cause: /^TimeoutError: .*'1s'/ }

const Line = Schema.fromJsonString(
  Schema.Struct({
    level: Schema.String,
    message: Schema.Unknown,
    cause: Schema.optional(Schema.Unknown)
  })
)

/** Warnings, errors, and what was not said by a logger at all. */
const complaints = (output: string) =>
  output.split("\n").filter((line) => {
    if (line.trim() === "") return false
    const said = Schema.decodeUnknownOption(Line)(line)
    if (said._tag === "None") return true
    const { cause, level, message } = said.value
    if (level === "Info" || level === "Debug") return false
    return !(excused.message.test(String(message)) && excused.cause.test(String(cause)))
  })

it.live(
  `${bots} bots for ${seconds} s (WR2_SEED=${seed}): no defect, no gap, gold and items where they belong`,
  () =>
    Effect.gen(function* () {
      const { url } = yield* PgFixture.emptyDatabase
      const server = yield* Harness.serve({
        role: "all",
        database: Redacted.value(url),
        within: 60_000,
        env: shipped ? { WR2_CONTENT: ShippedWorld.folder } : {}
      })
      yield* register(server.url, bots)
      const all = shipped ? everything() : lines
      const until = performance.now() + seconds * 1_000
      const reports = yield* Effect.forEach(
        Array.from({ length: bots }, (_, i) => i),
        (i) =>
          Effect.gen(function* () {
            const { client } = yield* join(server.url, i)
            const mind = Bot.random(all, seed + i)
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
      assert.deepStrictEqual(complaints(server.output()), [])
      yield* Effect.provide(checks, Postgres.layer({ url, game, runner: "test" }))
      const { findings, instances } = yield* audited(Redacted.value(url))
      assert.deepStrictEqual(findings, [])
      assert.deepStrictEqual(
        instances.flatMap(({ unchecked }) => unchecked),
        []
      )
      assert.isAbove(Math.max(...instances.map(({ events }) => events)), 0.28 * bots * seconds)
      // A process for each, and of copies there are hundreds.
      yield* Effect.forEach(
        instances,
        ({ instance }) =>
          Effect.map(wr2(Redacted.value(url), "replay", `${instance}`), ({ code, said }) =>
            assert.strictEqual(code, 0, said)
          ),
        { concurrency: 2, discard: true }
      )
    }).pipe(Effect.scoped),
  // To audit and to run again all that was done takes about as long.
  (2 * seconds + 90) * 1_000
)

const wr2 = Effect.fnUntraced(function* (database: string, ...args: ReadonlyArray<string>) {
  const child = yield* Harness.start({
    name: args[0]!,
    script: Harness.wr2,
    args,
    env: { DATABASE_URL: database, ...(shipped ? { WR2_CONTENT: ShippedWorld.folder } : {}) }
  })
  const { code } = yield* child.ended
  return { code, said: child.output(), lines: child.lines() }
})

/** `wr2 audit` of the world, running or not. */
const audited = Effect.fnUntraced(function* (database: string) {
  const { code, lines, said } = yield* wr2(database, "audit", "--json")
  assert.strictEqual(code, 0, said)
  return yield* Schema.decodeUnknownEffect(Report)(lines.join("\n"))
})
const Report = Schema.fromJsonString(
  Schema.Struct({
    findings: Schema.Array(Schema.Unknown),
    instances: Schema.Array(
      Schema.Struct({
        instance: Schema.Int,
        events: Schema.Int,
        unchecked: Schema.Array(Schema.String)
      })
    )
  })
)

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
