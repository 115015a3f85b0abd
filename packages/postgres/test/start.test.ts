/** A process that cannot start on its database says why, in one line; without a server. */
import { PgClient } from "@effect/sql-pg"
import { assert, describe, it } from "@effect/vitest"
import { testGame } from "@wr2/testkit/TestGame"
import { Effect, Layer, Redacted } from "effect"
import { Database } from "../src/Database.ts"
import * as Postgres from "../src/Postgres.ts"
import { StartError } from "../src/StartError.ts"

const failure = <A, E>(layer: Layer.Layer<A, E>): Effect.Effect<StartError> =>
  Effect.scoped(
    Effect.match(Layer.build(layer), {
      onFailure: (error) => {
        assert.instanceOf(error, StartError)
        return error as StartError
      },
      onSuccess: () => assert.fail("it started")
    })
  )

/** A client of a server of some version, which need not be there. */
const server = (version: string) =>
  Layer.succeed(PgClient.PgClient, {
    config: {},
    unsafe: () => Effect.succeed([{ version }])
  } as never)

describe("starting", () => {
  it.live("on a server that is not there", () =>
    Effect.gen(function* () {
      const url = Redacted.make("postgres://ann:s3cret@127.0.0.1:1/wr2")
      const error = yield* failure(Postgres.layer({ url, game: testGame }))
      assert.strictEqual(error.reason, "Unreachable")
      assert.match(error.message, /^PostgreSQL cannot be used: .*ECONNREFUSED/)
      assert.notInclude(JSON.stringify(error) + String(error), "s3cret")
    })
  )

  it.effect("on a server that is too old", () =>
    Effect.gen(function* () {
      const error = yield* failure(
        Layer.provide(Layer.fresh(Database.layer), server("160004")) as Layer.Layer<
          Database,
          StartError
        >
      )
      assert.strictEqual(error.reason, "TooOld")
      assert.strictEqual(error.message, "WR2 needs PostgreSQL 17 or newer, this is 16")
    })
  )

  it.effect("on one that is just new enough", () =>
    Effect.scoped(Layer.build(Layer.provide(Layer.fresh(Database.layer), server("170000"))))
  )
})
