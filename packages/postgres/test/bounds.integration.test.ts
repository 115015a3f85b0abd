/** Bounds of the engine that only a database can show. */
import { assert, layer } from "@effect/vitest"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import { defaults, Limits } from "@wr2/engine/Limits"
import * as PgFixture from "@wr2/testkit/PgFixture"
import * as S from "@wr2/testkit/PortSuites/Support"
import { testGame } from "@wr2/testkit/TestGame"
import { Effect, Layer } from "effect"
import * as Postgres from "../src/Postgres.ts"
import { holding } from "./support.ts"

/** Runs on ports of its own. */
const bounded = <A, E>(limits: Partial<Limits>, f: Effect.Effect<A, E, InstanceStore>) =>
  Effect.scoped(
    Effect.flatMap(PgFixture.Fixture, ({ url }) =>
      f.pipe(
        Effect.provide(
          Layer.provide(
            Postgres.layer({ url, game: testGame, runner: "bounded" }),
            Layer.succeed(Limits, { ...defaults, ...limits })
          )
        )
      )
    )
  )

layer(PgFixture.layer(testGame), { excludeTestServices: true })("bounds", (it) => {
  it.effect("a foreign session that holds an owner row is waited for fenceWait: Transient", () =>
    Effect.gen(function* () {
      const owned = yield* S.born({})
      const waited = (fenceWait: number) =>
        bounded(
          { fenceWait },
          Effect.gen(function* () {
            const store = yield* InstanceStore
            const owner = { runner: "bounded", incarnation: "i", timersHorizon: 1_000 }
            const began = performance.now()
            const error = yield* Effect.flip(store.activate(owned.instance, owner))
            assert.deepInclude(error, { _tag: "StoreError", reason: "Transient" })
            return performance.now() - began
          })
        )
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* holding("SELECT FROM wr2.instance_owner WHERE instance_id = $1 FOR UPDATE", [
            owned.instance
          ])
          assert.isAtLeast(yield* waited(1_500), 1_400)
          assert.isBelow(yield* waited(50), 1_400)
        })
      )
      assert.strictEqual((yield* S.activate(owned.instance)).epoch, owned.epoch + 1)
    })
  )
})
