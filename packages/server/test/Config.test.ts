import { assert, describe, it } from "@effect/vitest"
import { Limits } from "@wr2/engine"
import * as Config from "@wr2/server/Config"
import { ConfigProvider, Effect, Redacted } from "effect"

const load = (env: Readonly<Record<string, string>>) =>
  Config.load.pipe(Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env }))))

describe("the environment", () => {
  it.effect("may say nothing", () =>
    Effect.gen(function* () {
      const config = yield* load({})
      assert.isUndefined(config.database)
      assert.isUndefined(config.port)
      assert.strictEqual(config.home, ".wr2")
      assert.deepStrictEqual(config.limits, Limits.defaults)
    })
  )

  it.effect("is read", () =>
    Effect.gen(function* () {
      const config = yield* load({
        DATABASE_URL: "postgres://me:secret@db:5432/world",
        PORT: "8081",
        WR2_CONNECTIONS: "8",
        WR2_LIMITS: '{"batchMax":64}'
      })
      assert.strictEqual(Redacted.value(config.database!), "postgres://me:secret@db:5432/world")
      assert.strictEqual(config.port, 8081)
      assert.deepStrictEqual(config.limits, { ...Limits.defaults, executors: 8, batchMax: 64 })
    })
  )

  const mistakes: ReadonlyArray<readonly [Record<string, string>, string]> = [
    [{ PORT: "eighty" }, "PORT: expected a string representing a finite number"],
    [{ PORT: "65536" }, "PORT: expected a value between 0 and 65535"],
    [{ WR2_CONNECTIONS: "0" }, "WR2_CONNECTIONS: expected a value between 1 and 256"],
    [
      { WR2_PROXIES: "10.0.0.0/8, proxy" },
      "WR2_PROXIES: networks such as 10.0.0.0/8, separated by commas"
    ],
    [{ WR2_LIMITS: "{" }, "WR2_LIMITS: expected a valid JSON string"],
    [{ WR2_LIMITS: '{"batchMin":1}' }, 'WR2_LIMITS: a bound that exists, not "batchMin"'],
    [
      { DATABASE_URL: "db.example" },
      "DATABASE_URL: a URL such as postgres://user:password@host:5432/database"
    ]
  ]
  for (const [env, message] of mistakes) {
    it.effect(`that is wrong is told: ${message}`, () =>
      Effect.gen(function* () {
        const problem = yield* Effect.flip(load(env))
        assert.strictEqual(problem.message, message)
      })
    )
  }

  it("is documented, each variable once", () => {
    const names = Config.variables.map(({ name }) => name)
    assert.strictEqual(new Set(names).size, names.length)
  })
})
