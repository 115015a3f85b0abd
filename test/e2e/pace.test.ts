/**
 * A guard against slowing down: what cycles are worth, as a ratio of two runs side by side on whatever
 * machine this is. Of what either does by itself nothing is said.
 */
import { PgClient } from "@effect/sql-pg"
import { assert, it } from "@effect/vitest"
import { Limits } from "@wr2/engine"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { Effect, References } from "effect"
import { naive, named, run } from "../../scripts/bench/Workload.ts"

/** A third of what `npm run bench` says (15.9 on two cores), so that a busy machine is no failure. */
const least = 5
/** The median of three: two that agree are enough. */
const agreeing = 2
const seconds = 2

it.live(
  `an instance carries ${least} times what it does with one transaction per Action`,
  () =>
    Effect.gen(function* () {
      const { url } = yield* PgFixture.emptyDatabase
      const workload = named("one instance")
      const ratios: Array<number> = []
      const shown = () => ratios.filter((each) => each >= least).length
      yield* Effect.gen(function* () {
        while (shown() < agreeing && ratios.length - shown() < agreeing) {
          const shared = { url, workload, seconds, lateness: "any" } as const
          const engine = yield* run({ ...shared, limits: Limits.defaults })
          const alone = yield* run({ ...shared, limits: naive })
          for (const { wrong } of [engine, alone]) assert.deepStrictEqual(wrong, [])
          ratios.push(engine.perSecond / alone.perSecond)
        }
      }).pipe(
        Effect.provide(PgClient.layer({ url, maxConnections: 2 })),
        Effect.provideService(References.MinimumLogLevel, "Error")
      )
      assert.isAtLeast(shown(), agreeing, ratios.map((each) => each.toFixed(1)).join(", "))
    }).pipe(Effect.scoped),
  180_000
)
