/** What the matrix is played with: a process, and the one after it. */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, References } from "effect"
import * as Build from "../../scripts/kill-matrix/Build.ts"
import * as Lane from "../../scripts/kill-matrix/Lane.ts"

describe("a lane", () => {
  it(
    "loses no order that its next process is given before it is up",
    () =>
      Effect.gen(function* () {
        const { bundle, hash } = yield* Build.world(false)
        // Without what V8 had compiled of it before: such a process listens to its orders for that, too.
        const fresh = yield* Effect.acquireRelease(
          Effect.sync(() => mkdtempSync(join(dirname(bundle), "fresh-"))),
          (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
        )
        const copy = join(fresh, basename(bundle))
        copyFileSync(bundle, copy)
        const lane = yield* Lane.make({ world: { bundle: copy, hash } })
        yield* lane.set
        yield* lane.kill
        const next = yield* Effect.forkChild(lane.restart(), { startImmediately: true })
        assert.isTrue(Array.isArray(yield* lane.insist({ do: "survey" })))
        assert.isTrue(yield* Fiber.join(next))
      }).pipe(
        Effect.scoped,
        Effect.provideService(References.MinimumLogLevel, "Error"),
        Effect.runPromise
      ),
    60_000
  )
})
