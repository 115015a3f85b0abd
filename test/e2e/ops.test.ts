/** Health and metrics at a port of their own: there they are, and nowhere else. */
import { createServer, type Server } from "node:net"
import { assert, it } from "@effect/vitest"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { Effect, Redacted } from "effect"
import * as Attackers from "./attackers.ts"

const pages = ["/healthz", "/readyz", "/metrics"]

const statuses = (port: number) =>
  Effect.forEach([...pages, "/"], (path) =>
    Effect.map(Harness.get(`http://127.0.0.1:${port}${path}`), (found) => found?.status)
  )

it.live("WR2_OPS_PORT takes health and metrics away from where clients connect", () =>
  Effect.gen(function* () {
    const { url } = yield* PgFixture.emptyDatabase
    const started = Effect.fnUntraced(function* (role: "all" | "runner") {
      const [port, ops] = [yield* Harness.freePort, yield* Harness.freePort]
      const server = yield* Harness.start({
        name: role,
        script: Harness.wr2,
        args: ["serve", "--role", role],
        env: {
          DATABASE_URL: Redacted.value(url),
          HOST: "0.0.0.0",
          PORT: `${port}`,
          WR2_OPS_PORT: `${ops}`,
          WR2_OPS_HOST: "127.0.0.1",
          WR2_LOG: "json"
        }
      })
      yield* Harness.waitUntil(
        `${role} is ready`,
        Effect.map(Harness.get(`http://127.0.0.1:${ops}/readyz`), (found) => found?.status === 200),
        { within: 20_000, explain: server.output }
      )
      return { server, port, ops }
    })
    const all = yield* started("all")
    assert.deepStrictEqual(yield* statuses(all.ops), [200, 200, 200, 404])
    assert.deepStrictEqual(yield* statuses(all.port), [404, 404, 404, 200])
    // Nobody plays there, and who clients are is not asked.
    const upgrade = yield* Attackers.request(
      all.ops,
      "GET /rpc HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    assert.match(upgrade.answer, /^HTTP\/1.1 404 /)
    const player = yield* Attackers.player(`http://127.0.0.1:${all.port}`)
    assert.strictEqual((yield* player.say("look"))._tag, "Accepted")
    const metrics = yield* Harness.get(`http://127.0.0.1:${all.ops}/metrics`)
    assert.match(metrics?.body ?? "", /^wr2_gateway_sessions 1$/m)

    const runner = yield* started("runner")
    assert.deepStrictEqual(yield* statuses(runner.ops), [200, 200, 200, 404])
    assert.deepStrictEqual(yield* statuses(runner.port), [404, 404, 404, 404])
    for (const { server } of [runner, all]) assert.strictEqual((yield* server.stop()).code, 0)
  }).pipe(Effect.scoped)
)

it.live("one that somebody has, or that is PORT, is told in one line", () =>
  Effect.gen(function* () {
    const port = yield* Harness.freePort
    const ended = Effect.fnUntraced(function* (env: Readonly<Record<string, string>>) {
      const server = yield* Harness.start({
        name: "refused",
        script: Harness.wr2,
        args: ["serve"],
        env: { DATABASE_URL: "postgres://nobody@127.0.0.1:1/none", WR2_LOG: "json", ...env }
      })
      assert.strictEqual((yield* server.ended).code, 1)
      return server.output().trim()
    })
    assert.strictEqual(
      yield* ended({ PORT: `${port}`, WR2_OPS_PORT: `${port}` }),
      `wr2: WR2_OPS_PORT is ${port}, as PORT is: choose another`
    )
    const taken = yield* Effect.acquireRelease(
      Effect.callback<Server>((resume) => {
        const server = createServer()
        server.listen(port, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) => Effect.sync(() => server.close())
    )
    assert.isTrue(taken.listening)
    assert.strictEqual(
      yield* ended({ HOST: "127.0.0.1", PORT: "0", WR2_OPS_PORT: `${port}` }),
      `wr2: port ${port} is in use: another server runs there. Choose another, as in WR2_OPS_PORT=${port + 1}`
    )
  }).pipe(Effect.scoped)
)
