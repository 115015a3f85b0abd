/** A server behind a proxy: a client is who the proxy says it is, and nobody else is believed. */
import { assert, it } from "@effect/vitest"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { Effect, Redacted } from "effect"
import * as Attackers from "./attackers.ts"

const upgrade = (address: string) =>
  "GET /rpc HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
  `X-Forwarded-For: ${address}\r\n\r\n`

it.live(
  "connections are counted by the address that a proxy tells, not by one that a client does",
  () =>
    Effect.gen(function* () {
      const { url } = yield* PgFixture.emptyDatabase
      const { port } = yield* Harness.serve({
        role: "all",
        database: Redacted.value(url),
        env: { WR2_PROXIES: "127.0.0.1/32" }
      })
      const connect = (address: string) =>
        Effect.gen(function* () {
          const wire = yield* Attackers.bytes(port)
          wire.write(upgrade(address))
          yield* Harness.waitUntil(
            "an answer",
            Effect.sync(() => wire.got().includes("\r\n\r\n"))
          )
          return wire.got().slice(9, 12)
        })
      // The proxy adds the address that it sees to what its client sent: the last one is true.
      const first = yield* Effect.forEach(Array.from({ length: 64 }), (_, i) =>
        connect(`10.0.0.${i}, 203.0.113.9`)
      )
      assert.deepStrictEqual([...new Set(first)], ["101"])
      assert.strictEqual(yield* connect("10.1.1.1, 203.0.113.9"), "429")
      assert.strictEqual(yield* connect("203.0.113.9, 203.0.113.10"), "101")
    }).pipe(Effect.scoped)
)
