import { assert, describe, it } from "@effect/vitest"
import { Limits } from "@wr2/engine"
import { GatewayLimits } from "@wr2/gateway"
import * as RetentionPolicy from "@wr2/postgres/RetentionPolicy"
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
      assert.deepStrictEqual(config.gatewayLimits, GatewayLimits.defaults)
      assert.isUndefined(config.ops)
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

  it.effect("sets bounds of every kind", () =>
    Effect.gen(function* () {
      const { gatewayLimits, limits, ops } = yield* load({
        HOST: "0.0.0.0",
        WR2_LIMITS: '{"queueFirst":true,"textMax":2000}',
        WR2_GATEWAY_LIMITS: '{"connectionsMax":5000,"commands":{"burst":9,"everyMillis":80}}',
        WR2_OPS_PORT: "9090"
      })
      assert.deepStrictEqual(limits, { ...Limits.defaults, queueFirst: true, textMax: 2_000 })
      assert.deepStrictEqual(gatewayLimits, {
        ...GatewayLimits.defaults,
        connectionsMax: 5_000,
        commands: { burst: 9, everyMillis: 80 }
      })
      assert.deepStrictEqual(ops, { host: "0.0.0.0", port: 9_090 })
    })
  )

  it.effect("says how long history is kept", () =>
    Effect.gen(function* () {
      const { retention } = yield* load({})
      assert.deepStrictEqual(retention, RetentionPolicy.defaults)
      const day = 86_400_000
      const told = yield* load({
        WR2_RETENTION: '{"days":30,"gigabytes":0.5,"consumersDays":1,"deadLetterDays":90}'
      })
      assert.deepStrictEqual(told.retention, {
        ...RetentionPolicy.defaults,
        age: 30 * day,
        bytes: 2 ** 29,
        hold: day,
        deadLetters: 90 * day
      })
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
    [
      { WR2_RETENTION: '{"weeks":2}' },
      'WR2_RETENTION: one of days, gigabytes, consumersDays, deadLetterDays, not "weeks"'
    ],
    [{ WR2_RETENTION: '{"days":0}' }, "WR2_RETENTION: expected a value greater than 0 at days"],
    [{ WR2_LIMITS: "{" }, "WR2_LIMITS: expected a valid JSON string"],
    [{ WR2_LIMITS: '{"batchMin":1}' }, 'WR2_LIMITS: a bound that exists, not "batchMin"'],
    [{ WR2_LIMITS: '{"batchMax":"x"}' }, "WR2_LIMITS: expected number at batchMax"],
    [{ WR2_LIMITS: '{"batchMax":0}' }, "WR2_LIMITS: expected a value greater than 0 at batchMax"],
    [{ WR2_LIMITS: '{"batchMax":1.5}' }, "WR2_LIMITS: expected an integer at batchMax"],
    [{ WR2_LIMITS: '{"queueFirst":1}' }, "WR2_LIMITS: expected boolean at queueFirst"],
    [
      { WR2_LIMITS: '{"retryFirst":2000}' },
      "WR2_LIMITS: retryFirst is 2000, and may be 1000 at most: that is retryMax"
    ],
    [
      { WR2_LIMITS: '{"decideWithin":5000}' },
      "WR2_LIMITS: decideWithin is 5000, and may be 4000 at most: the database ends a transaction that is silent for longer"
    ],
    [
      { WR2_LIMITS: '{"headEvery":3000}' },
      "WR2_LIMITS: headEvery is 3000, and may be 2500 at most: a runner that is silent for twice as long counts as dead"
    ],
    [
      { WR2_GATEWAY_LIMITS: '{"frames":{"burst":1}}' },
      "WR2_GATEWAY_LIMITS: missing key at frames.everyMillis"
    ],
    [
      { WR2_GATEWAY_LIMITS: '{"batchMax":1}' },
      'WR2_GATEWAY_LIMITS: a bound that exists, not "batchMax"'
    ],
    [
      { WR2_GATEWAY_LIMITS: '{"intentsPerFrame":200}' },
      "WR2_GATEWAY_LIMITS: intentsPerFrame is 200, and may be 128 at most: more may not wait (intentsWaiting)"
    ],
    [
      { WR2_GATEWAY_LIMITS: '{"tokenMax":10}' },
      "WR2_GATEWAY_LIMITS: tokenMax is 10, and must be 1024 at least: it holds the streams that a character hears"
    ],
    [{ WR2_SECRET: "a" }, "WR2_SECRET: 16 characters or more"],
    [{ WR2_OPS_PORT: "-1" }, "WR2_OPS_PORT: expected a value between 0 and 65535"],
    [{ WR2_OPS_HOST: "127.0.0.1" }, "WR2_OPS_HOST: set WR2_OPS_PORT as well"],
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
