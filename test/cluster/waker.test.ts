/** A world in which nobody is goes on: what a dead runner left is taken up without being asked for. */
import { assert, layer } from "@effect/vitest"
import * as Harness from "@wr2/testkit/Harness"
import { Effect } from "effect"
import * as World from "./World.ts"

layer(World.layer, { timeout: 60_000, excludeTestServices: true })((it) => {
  it.effect(
    "instances of a killed runner are awake again elsewhere, with nobody calling",
    () =>
      Effect.gen(function* () {
        const a = yield* World.runner("a")
        const b = yield* World.runner("b")
        const talks = yield* World.talkers
        yield* World.settled(a, b)
        // They stay where they are, and say nothing more.
        yield* Effect.forEach(talks, (talk) => talk.stop)
        const lost = yield* World.ownedBy(b)
        yield* b.kill
        const { millis } = yield* Harness.waitUntil(
          "the other runner owns them all",
          Effect.map(World.ownedBy(a), (owned) => lost.every((id) => owned.includes(id))),
          { within: 20_000, explain: () => a.output().slice(-2000) }
        )
        console.info(`measured: kill -9 to awake without a call, ms: ${Math.round(millis)}`)
        assert.isBelow(millis, 12_000)
        assert.deepStrictEqual(yield* World.broken(talks), [])
      }).pipe(Effect.scoped),
    60_000
  )
})
