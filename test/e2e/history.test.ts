/**
 * History beside a live world, as whoever runs `npm start` has it: bots play, and meanwhile a snapshot
 * is taken, the log is run again, Commands are explained; then the same with nothing running.
 */
import * as Fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { Bot } from "@wr2/client"
import * as Embedded from "@wr2/postgres/Embedded"
import * as Harness from "@wr2/testkit/Harness"
import { Effect, Fiber } from "effect"
import * as Players from "./players.ts"

const bots = 10
/** What each of them does: so many Commands, however long that takes. */
const each = 60
const seed = Number(process.env["WR2_SEED"] ?? Date.now() % 1_000_000)

/** What a bot may type, the likelier ones more often. */
const lines = [
  ..."n n n n n e e s w n".split(" "),
  "open north",
  "open east",
  "kill rat",
  "kill rat",
  "kill hound",
  "kill eel",
  "enter arch",
  "enter arch",
  "get all",
  "drop all",
  "drop 3 gold",
  "get gold",
  "give 1 gold to bota",
  "flee",
  "say hello",
  "look"
]

/** A folder of its own, and no server left in it. */
const home = Effect.acquireRelease(
  Effect.sync(() => Fs.mkdtempSync(join(tmpdir(), "wr2-history-test-"))),
  (dir) =>
    Effect.andThen(
      Effect.ignore(Embedded.stop({ dir })),
      Effect.sync(() => Fs.rmSync(dir, { recursive: true, force: true }))
    )
)

it.live(
  `${bots} bots (WR2_SEED=${seed}): all that they did comes to the same again, beside them and after them`,
  () =>
    Effect.gen(function* () {
      const dir = yield* home
      const port = yield* Harness.freePort
      const env = { DATABASE_URL: undefined, WR2_HOME: dir, WR2_LOG: "json" }
      const server = yield* Harness.start({
        name: "start",
        script: Harness.wr2,
        args: ["start"],
        env: { ...env, PORT: String(port) }
      })
      const url = `http://127.0.0.1:${port}`
      yield* Harness.waitUntil(
        "it is ready",
        Effect.map(Harness.get(`${url}/readyz`), (got) => got?.status === 200),
        { within: 60_000, explain: server.output }
      )
      const wr2 = (...args: ReadonlyArray<string>) =>
        Effect.gen(function* () {
          const child = yield* Harness.start({
            name: args.join(" "),
            script: Harness.wr2,
            args,
            env
          })
          const { code } = yield* child.ended
          assert.strictEqual(code, 0, `wr2 ${args.join(" ")}: ${child.output()}`)
          return child.lines().join("\n")
        }).pipe(Effect.scoped)

      yield* Players.register(url, bots)
      const playing = yield* Effect.forkChild(
        Effect.forEach(
          Array.from({ length: bots }, (_, i) => i),
          (i) =>
            Effect.gen(function* () {
              const { client } = yield* Players.join(url, i)
              const mind = Bot.random(lines, seed + i)
              return yield* Bot.play(client, mind, { steps: each, pause: 60 })
            }),
          { concurrency: "unbounded" }
        )
      )
      const before = yield* wr2("replay", "1")
      assert.match(before, /rows are as their tables have them/)
      const taken = JSON.parse(yield* wr2("snapshot", "1", "--json")) as { readonly seq: number }
      assert.match(
        yield* wr2("explain", "bota", "say hello"),
        /^Bota \(character:\d+\), instance \d/
      )
      const reports = yield* Fiber.join(playing)
      const sent = reports.reduce((sum, report) => sum + report.sent, 0)
      assert.strictEqual(sent, bots * each)
      const broken = reports.flatMap(({ rejected }) =>
        Object.entries(rejected).filter(([tag]) =>
          ["Broken", "Closed", "Unavailable"].includes(tag)
        )
      )
      assert.deepStrictEqual(broken, [])

      assert.deepStrictEqual(yield* server.stop(), { code: 0, signal: null })
      const pid = join(dir, "postgres/data/postmaster.pid")
      assert.isFalse(Fs.existsSync(pid))
      // Nothing runs: the database is started for as long as it takes.
      for (const instance of ["1", "2"]) {
        const report = JSON.parse(yield* wr2("replay", instance, "--json"))
        assert.deepStrictEqual(report.notComparable, {})
        assert.strictEqual(report.dead, 0)
        assert.isAbove(report.same, instance === "1" ? 200 : 0)
        console.info(`instance ${instance}: ${report.same} Actions, ${report.to} Events`)
        assert.isFalse(Fs.existsSync(pid))
      }
      const from = JSON.parse(yield* wr2("replay", "1", "--from", String(taken.seq + 1), "--json"))
      assert.strictEqual(from.snapshot, taken.seq)
      assert.isAbove(from.rows, 20)
    }).pipe(Effect.scoped),
  180_000
)
