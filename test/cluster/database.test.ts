/** The database is killed and comes back while players talk: they wait, nothing is lost, nothing is done twice. */
import * as Fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Embedded from "@wr2/postgres/Embedded"
import * as Harness from "@wr2/testkit/Harness"
import { Effect } from "effect"
import * as World from "./World.ts"

const second = 1_000

/** A server of this test's own: the run's is not ours to kill. */
const server = Effect.acquireRelease(
  Effect.gen(function* () {
    const dir = Fs.mkdtempSync(join(tmpdir(), "wr2-database-test-"))
    const { pid, url } = yield* Embedded.start({ dir })
    return { dir, pid, url }
  }),
  ({ dir }) =>
    Effect.andThen(
      Effect.ignore(Embedded.stop({ dir })),
      Effect.sync(() => Fs.rmSync(dir, { recursive: true, force: true }))
    )
)

it.live(
  "PostgreSQL is killed and started again",
  () =>
    Effect.gen(function* () {
      const { dir, pid, url } = yield* server
      yield* Effect.gen(function* () {
        const a = yield* World.runner("a")
        const b = yield* World.runner("b")
        const talks = yield* World.talkers
        yield* World.settled(a, b)
        const before = talks.map((talk) => talk.acknowledged())
        // As a crash of its machine would: every backend with it, no checkpoint.
        process.kill(pid, "SIGQUIT")
        yield* Harness.waitUntil(
          "it is gone",
          Effect.sync(() => !Fs.existsSync(`/proc/${pid}`))
        )
        assert.isTrue(a.isRunning() && b.isRunning())
        const ready = yield* Harness.get(`${a.url}/readyz`)
        assert.strictEqual(ready?.status, 503)
        assert.strictEqual((yield* Harness.get(`${a.url}/healthz`))?.status, 200)

        yield* Embedded.start({ dir })
        const all = talks.map(({ instance }) => instance)
        const took = yield* World.back(talks, all)
        console.info(`measured: PostgreSQL up again to answers in all instances, ms: ${took}`)
        assert.isBelow(took, 6 * second)
        yield* Harness.waitUntil(
          "everybody goes on",
          Effect.sync(() => talks.every((talk, i) => talk.acknowledged() > before[i]! + 5))
        )
        yield* Effect.forEach(talks, (talk) => talk.stop)
        assert.deepStrictEqual(yield* World.broken(talks), [])
      }).pipe(Effect.scoped, Effect.provide(World.layerOn(url)))
    }).pipe(Effect.scoped),
  90 * second
)
