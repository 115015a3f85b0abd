import { assert, describe, it } from "@effect/vitest"
import { Connection, GatewayLimits } from "@wr2/gateway"
import { Effect, Schema, Scope, Exit } from "effect"
import * as Buckets from "../src/Buckets.ts"
import * as Clean from "../src/Clean.ts"

const rate = { burst: 3, everyMillis: 100 }

describe("Buckets", () => {
  it("give a burst, then one by one", () => {
    const first = Buckets.take(Buckets.full(rate, 0), rate, 0, 5)
    assert.strictEqual(first.taken, 3)
    assert.strictEqual(first.retryAfter, 100)
    assert.strictEqual(Buckets.take(first.bucket, rate, 99, 1).taken, 0)
    assert.strictEqual(Buckets.take(first.bucket, rate, 250, 5).taken, 2)
    assert.strictEqual(Buckets.take(first.bucket, rate, 100_000, 5).taken, 3)
  })

  it("lose no part of a waiting time that was asked about early", () => {
    const empty = Buckets.take(Buckets.full(rate, 0), rate, 0, 3).bucket
    const early = Buckets.take(empty, rate, 60, 1)
    assert.strictEqual(early.retryAfter, 40)
    assert.strictEqual(Buckets.take(early.bucket, rate, 100, 1).taken, 1)
  })

  it.prop(
    "never give more than the burst and what the time allows",
    { steps: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 500 }))) },
    ({ steps }) => {
      let bucket = Buckets.full(rate, 0)
      let now = 0
      let had = 0
      for (const step of steps) {
        now += step
        const result = Buckets.take(bucket, rate, now, 2)
        bucket = result.bucket
        had += result.taken
      }
      assert.isAtMost(had, rate.burst + Math.floor(now / rate.everyMillis))
    }
  )

  it("are kept for so many keys and no more, the recent ones", () => {
    const table = new Buckets.Table(rate, 10)
    for (let i = 0; i < 3; i++) assert.isUndefined(table.take("attacked", 0))
    for (let i = 0; i < 1_000; i++) {
      table.take(`name-${i}`, i)
      assert.isAtMost(table.size, 10)
      // The one that is tried all the time is not forgotten among names that are tried once.
      if (i % 5 === 0) table.take("attacked", i)
    }
    assert.isNumber(table.take("attacked", 1_000) ?? table.take("attacked", 1_000))
  })
})

describe("Clean", () => {
  it("takes out what a terminal would obey and what turns text around", () => {
    assert.strictEqual(
      Clean.line("a\u001b[2Jb\u0007\r\nc\u202ed\u2066e\ud800"),
      "a [2Jb c d e\ufffd"
    )
  })

  it("cuts a long line to one more than the bound, so that the owner sees it is too long", () => {
    assert.strictEqual(Clean.bounded("x".repeat(5_000), 10).length, 11)
    assert.strictEqual(Clean.bounded("short", 10), "short")
  })

  it("cleans typed Commands all the way down", () => {
    assert.deepEqual(
      {
        ...(Clean.json('{"_tag":"say","text":"\\u001b]0;x","deep":[{"a":"\\u0000"}]}', 8) as object)
      },
      { _tag: "say", text: " ]0;x", deep: [Object.assign(Object.create(null), { a: " " })] }
    )
  })

  it("takes no JSON that is broken, too deep, or means harm by its keys", () => {
    assert.isUndefined(Clean.json("{", 8))
    assert.isUndefined(Clean.json("", 8))
    assert.isUndefined(Clean.json(`${"[".repeat(50)}${"]".repeat(50)}`, 8))
    const polluting = Clean.json('{"__proto__":{"admin":true},"constructor":1}', 8) as object
    assert.isNull(Object.getPrototypeOf(polluting))
    assert.isUndefined(({} as { admin?: boolean }).admin)
  })
})

describe("Connection", () => {
  it("counts a household of IPv6 addresses as one", () => {
    assert.strictEqual(Connection.addressKey("::ffff:10.0.0.7"), "10.0.0.7")
    assert.strictEqual(Connection.addressKey("2001:db8:1:2:aaaa::1"), "2001:db8:1:2::/64")
    assert.strictEqual(
      Connection.addressKey("2001:0db8:0001:0002:ffff:0:0:9"),
      Connection.addressKey("2001:db8:1:2::5")
    )
    assert.notStrictEqual(
      Connection.addressKey("2001:db8:1:3::1"),
      Connection.addressKey("2001:db8:1:2::1")
    )
    assert.strictEqual(Connection.addressKey("::1"), "0:0:0:0::/64")
  })

  it.effect(
    "lets so many in, of one address and at all, and as many again when they have left",
    () =>
      Effect.gen(function* () {
        const door = new Connection.Door({
          ...GatewayLimits.defaults,
          connectionsMax: 3,
          connectionsPerAddress: 2
        })
        const enter = (address: string) =>
          Effect.gen(function* () {
            const scope = yield* Scope.make()
            return { full: yield* Scope.provide(door.enter(address), scope), scope }
          })
        const first = yield* enter("a")
        assert.isUndefined(first.full)
        assert.isUndefined((yield* enter("a")).full)
        assert.strictEqual((yield* enter("a")).full, "address")
        assert.isUndefined((yield* enter("b")).full)
        assert.strictEqual((yield* enter("c")).full, "total")
        yield* Scope.close(first.scope, Exit.void)
        assert.isUndefined((yield* enter("a")).full)
      })
  )

  it.effect("this machine speaks for many: a proxy does, and a test", () =>
    Effect.gen(function* () {
      const door = new Connection.Door({ ...GatewayLimits.defaults, connectionsPerAddress: 1 })
      for (const address of ["127.0.0.1", "127.0.0.1", Connection.addressKey("::1")]) {
        assert.isUndefined(yield* door.enter(address))
      }
    }).pipe(Effect.scoped)
  )
})
