/** `npm start` as people use it: up in seconds, stopped by Ctrl-C, the same world again, whatever happened to it. */
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Embedded from "@wr2/postgres/Embedded"
import * as Harness from "@wr2/testkit/Harness"
import { Effect } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { Postgres } from "@wr2/postgres"

const second = 1_000

/** A folder of its own, and no server left in it. */
const home = Effect.acquireRelease(
  Effect.sync(() => Fs.mkdtempSync(join(tmpdir(), "wr2-start-test-"))),
  (dir) =>
    Effect.andThen(
      Effect.ignore(Embedded.stop({ dir })),
      Effect.sync(() => Fs.rmSync(dir, { recursive: true, force: true }))
    )
)

const run = (dir: string, env: Readonly<Record<string, string | undefined>>) =>
  Harness.start({
    name: "start",
    script: Harness.wr2,
    args: ["start"],
    env: { DATABASE_URL: undefined, WR2_HOME: dir, WR2_LOG: "pretty", ...env }
  })

/** Starts it and waits until it is ready to be played. */
const up = Effect.fnUntraced(function* (dir: string) {
  const port = yield* Harness.freePort
  const self = yield* run(dir, { PORT: String(port) })
  const url = `http://127.0.0.1:${port}`
  const { millis } = yield* Harness.waitUntil(
    "it is ready",
    Effect.gen(function* () {
      if (!self.isRunning()) return true
      return (
        (yield* Harness.get(`${url}/readyz`))?.status === 200 &&
        self.output().includes("npm run play")
      )
    }),
    { explain: self.output, within: 30 * second }
  )
  assert.isTrue(self.isRunning(), self.output())
  return { ...self, url, millis }
})

const isServerUp = (dir: string) =>
  Effect.sync(() => Fs.existsSync(join(dir, "postgres/data/postmaster.pid")))

/** Freezes the database's processes until the scope ends: it neither answers nor goes. */
const hang = (dir: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const postmaster = Number(
        Fs.readFileSync(join(dir, "postgres/data/postmaster.pid"), "utf8").split("\n")[0]
      )
      const children = Fs.readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, "utf8")
      const all = [postmaster, ...children.trim().split(/\s+/).map(Number)].filter((pid) => pid > 0)
      all.forEach((pid) => process.kill(pid, "SIGSTOP"))
      return all
    }),
    (all) =>
      Effect.sync(() => {
        for (const pid of all) if (Fs.existsSync(`/proc/${pid}`)) process.kill(pid, "SIGCONT")
      })
  )

/** Memory that a process holds, in megabytes, as the system counts it. */
const resident = ({ pid }: Harness.Process) =>
  Effect.sync(
    () => Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024
  )

/** Names the histories of the world's instances: the same names, the same world. */
const lineages = Effect.fnUntraced(function* (dir: string) {
  const { url } = yield* Embedded.acquire({ dir })
  return yield* Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* sql`SELECT instance_id, lineage FROM wr2.instance_owner ORDER BY 1`
  }).pipe(Effect.provide(Postgres.client({ url, runner: "test", maxConnections: 1 })))
}, Effect.scoped)

describe("npm start", () => {
  it.live(
    "is up in seconds, stops in order on Ctrl-C, and goes on with the same world",
    () =>
      Effect.gen(function* () {
        const dir = yield* home
        const first = yield* up(dir)
        console.info(`measured: start with a new world, ms: ${Math.round(first.millis)}`)
        const page = yield* Harness.get(`${first.url}/`)
        assert.include(page?.body ?? "", "npm run play")
        assert.match(
          (yield* Harness.get(`${first.url}/metrics`))?.body ?? "",
          /effect_cluster_shards 128/
        )
        // What it took to start is let go of, or not, by itself: that is what is asked here.
        const took = yield* Effect.forEach(Array.from({ length: 6 }), () =>
          Effect.andThen(Effect.sleep(second), resident(first))
        )
        console.info(`measured: resident while idle, MB: ${took.map(Math.round).join(", ")}`)
        assert.isBelow(took.at(-1)!, 250)
        const began = performance.now()
        yield* first.signal("SIGINT")
        assert.deepStrictEqual(yield* first.ended, { code: 0, signal: null })
        console.info(
          `measured: Ctrl-C to the end of all, ms: ${Math.round(performance.now() - began)}`
        )
        assert.isFalse(yield* isServerUp(dir))
        const before = yield* lineages(dir)

        const again = yield* up(dir)
        console.info(`measured: start with a world that is there, ms: ${Math.round(again.millis)}`)
        assert.isBelow(again.millis, 10 * second)
        // As the power fails: the database is left running, and the next start adopts it.
        yield* again.kill
        const third = yield* up(dir)
        assert.deepStrictEqual(yield* third.stop(), { code: 0, signal: null })
        assert.deepStrictEqual(yield* lineages(dir), before)
      }).pipe(Effect.scoped),
    90 * second
  )

  it.live(
    "ends within thirty seconds though the database hangs, and at once when told twice",
    () =>
      Effect.gen(function* () {
        const dir = yield* home
        const once = yield* up(dir)
        const took = yield* Effect.gen(function* () {
          yield* hang(dir)
          const began = performance.now()
          yield* once.signal("SIGINT")
          // npm hands the same Ctrl-C on: that is not a second one.
          yield* Effect.sleep(100)
          yield* once.signal("SIGINT")
          yield* once.ended.pipe(Effect.timeout(40 * second))
          return performance.now() - began
        }).pipe(Effect.scoped)
        console.info(`measured: Ctrl-C with a database that hangs, ms: ${Math.round(took)}`)
        assert.isBelow(took, 30 * second)

        const twice = yield* up(dir)
        yield* hang(dir)
        yield* twice.signal("SIGINT")
        yield* Effect.sleep(1_200)
        assert.isTrue(twice.isRunning())
        yield* twice.signal("SIGINT")
        assert.deepStrictEqual(yield* twice.ended.pipe(Effect.timeout(second)), {
          code: 1,
          signal: null
        })
      }).pipe(Effect.scoped),
    120 * second
  )

  it.live(
    "says in one line what is wrong with its surroundings",
    () =>
      Effect.gen(function* () {
        const dir = yield* home
        const taken = yield* Harness.freePort
        const other = yield* Harness.start({
          name: "other",
          script: join(Harness.root, "test/cluster/listen.ts"),
          args: [String(taken)]
        })
        yield* Harness.waitUntil(
          "it listens",
          Effect.sync(() => other.output().includes("listening"))
        )
        const nowhere = `postgres://nobody:secret@127.0.0.1:${yield* Harness.freePort}/none`
        const cases: ReadonlyArray<readonly [Record<string, string>, RegExp]> = [
          [{ PORT: "eighty" }, /^wr2: PORT: /],
          [{ PORT: "70000" }, /^wr2: PORT: /],
          [{ PORT: String(taken) }, /^wr2: port \d+ is in use: .*PORT=/],
          [{ PORT: "0", DATABASE_URL: "mysql://localhost/wr2" }, /^wr2: DATABASE_URL: /],
          [{ PORT: "0", DATABASE_URL: nowhere }, /^wr2: .*ECONNREFUSED/],
          [{ PORT: "0", WR2_CONTENT: "/nowhere" }, /^wr2: cannot read \/nowhere/],
          [{ PORT: "0", WR2_LIMITS: '{"batchMax":0}' }, /^wr2: WR2_LIMITS: /]
        ]
        for (const [env, expected] of cases) {
          const self = yield* run(dir, env)
          const ended = yield* self.ended
          const said = self.output().trim()
          assert.strictEqual(ended.code, 1, said)
          assert.match(said, expected)
          assert.strictEqual(said.split("\n").length, 1, said)
          assert.notInclude(said, "secret")
        }
      }).pipe(Effect.scoped),
    60 * second
  )
})
