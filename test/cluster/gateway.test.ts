/** What players feel through a gateway when a runner is killed, and when the gateway itself is. */
import { assert, layer } from "@effect/vitest"
import { PgClient } from "@effect/sql-pg"
import { Bot } from "@wr2/client"
import * as Harness from "@wr2/testkit/Harness"
import { Effect, Fiber } from "effect"
import { join, register } from "../e2e/players.ts"
import * as World from "./World.ts"

const players = 8
const second = 1_000

/** A gateway on a port of its choice, so that another can take its place. */
const gatewayOn = (url: string, port: number, name: string) =>
  Effect.gen(function* () {
    const self = yield* Harness.start({
      name,
      script: Harness.wr2,
      args: ["serve", "--role", "gateway"],
      env: { DATABASE_URL: url, PORT: String(port), WR2_LOG: "json" }
    })
    yield* Harness.waitUntil(
      `${name} is ready`,
      Effect.map(Harness.get(`http://127.0.0.1:${port}/readyz`), (found) => found?.status === 200),
      { explain: self.output }
    )
    return self
  })

layer(World.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
  it.effect(
    "a player's words are said once, in order, though runner and gateway are killed",
    () =>
      Effect.gen(function* () {
        const { url } = yield* World.TestWorld
        const sql = yield* PgClient.PgClient
        const port = yield* Harness.freePort
        const at = `http://127.0.0.1:${port}`
        const runners = [yield* World.runner("a"), yield* World.runner("b")]
        const first = yield* gatewayOn(url, port, "gateway")
        yield* register(at, players)
        const inside = yield* Effect.forEach(
          Array.from({ length: players }, (_, i) => i),
          (i) => join(at, i)
        )
        let done = false
        const playing = yield* Effect.forEach(
          inside,
          ({ client }) =>
            Bot.play(client, (step) => (done ? undefined : `say ${step}`), { pause: 20 }),
          { concurrency: "unbounded" }
        ).pipe(Effect.forkChild)
        const said = Effect.map(
          sql<{
            readonly times: bigint
          }>`SELECT count(*) AS times FROM wr2.action_log WHERE action_type = 'Say'`,
          (rows) => Number(rows[0]!.times)
        )
        const goOn = Effect.gen(function* () {
          const before = yield* said
          return yield* Harness.waitUntil(
            "they go on",
            Effect.map(said, (now) => now > before + 5 * players),
            { within: 30 * second }
          )
        })
        yield* goOn

        const owner = (yield* sql<{ readonly runner: string }>`
          SELECT runner FROM wr2.instance_owner WHERE instance_id = 1`)[0]!.runner
        yield* runners.find(({ pid }) => owner.endsWith(`-${pid}`))!.kill
        const runner = yield* goOn
        console.info(
          `measured: runner killed to ${5 * players} more Commands, ms: ${Math.round(runner.millis)}`
        )

        yield* first.kill
        yield* gatewayOn(url, port, "its successor")
        const gateway = yield* goOn
        console.info(
          `measured: gateway killed and replaced to as many, ms: ${Math.round(gateway.millis)}`
        )

        done = true
        const reports = yield* Fiber.join(playing)
        const longest = Math.max(...reports.flatMap((report) => report.latencies))
        console.info(`measured: the longest anybody waited, ms: ${longest}`)
        assert.deepStrictEqual(
          reports.map(({ rejected }) => rejected),
          reports.map(() => ({}))
        )
        // After a kill what is accepted is queued first, and done a moment after its answer.
        yield* Harness.waitUntil(
          "all that is accepted is done",
          Effect.map(
            sql`SELECT 1 FROM wr2.action_queue WHERE action_type = 'Say' LIMIT 1`,
            (rows) => rows.length === 0
          ),
          { within: 10 * second }
        )
        // Each said 0, 1, 2 ... once, in this order.
        for (const [i, { id }] of inside.entries()) {
          const rows = yield* sql<{ readonly text: string }>`
            SELECT payload->>'text' AS text FROM wr2.action_log
            WHERE instance_id = 1 AND action_type = 'Say' AND actor_id = ${id} ORDER BY first_seq`
          assert.deepStrictEqual(
            rows.map(({ text }) => text),
            Array.from({ length: reports[i]!.sent }, (_, n) => String(n))
          )
        }
      }).pipe(Effect.scoped),
    90 * second
  )
})
