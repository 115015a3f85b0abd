/** History that is gone, over the gateway: whoever is too far behind begins anew, and misses nothing after that. */
import { assert, it } from "@effect/vitest"
import { GatewayRpcs } from "@wr2/protocol"
import { Postgres, Retention, RetentionPolicy } from "@wr2/postgres"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { Effect, Fiber, Layer, Option, Redacted, Stream } from "effect"
import { RpcClient, RpcSerialization } from "effect/rpc"
import { Socket } from "effect/socket"
import * as SqlClient from "effect/sql/SqlClient"

/** A connection to the gateway, as long as the scope is open. */
const dial = (url: string) =>
  Effect.gen(function* () {
    const protocol = yield* Layer.build(
      RpcClient.layerProtocolSocket().pipe(
        Layer.provide(Socket.layerWebSocket(`${url.replace("http", "ws")}/rpc`)),
        Layer.provide([Socket.layerWebSocketConstructorGlobal, RpcSerialization.layerJson])
      )
    )
    const client = yield* Effect.provideContext(RpcClient.make(GatewayRpcs.GatewayRpcs), protocol)
    yield* client.Hello({ protocol: GatewayRpcs.version, game: null, client: "test" })
    return client
  })

const password = Redacted.make("correct horse battery")
const fresh = (name: string) => JSON.stringify({ description: `${name} is here.` })

it.live(
  "a client behind what is kept gets ResyncRequired and a fresh snapshot, and hears all that follows",
  () =>
    Effect.gen(function* () {
      const { url } = yield* PgFixture.emptyDatabase
      const server = yield* Harness.serve({ role: "all", database: Redacted.value(url) })

      // It looks after its logs from the start, and tells.
      yield* Harness.waitUntil(
        "the volumes are counted",
        Effect.map(
          Harness.get(`${server.url}/metrics`),
          (found) => found !== undefined && /^wr2_log_volumes(\{.*\})? 1$/m.test(found.body)
        )
      )

      const bob = yield* dial(server.url)
      yield* bob.Register({ name: "bob", password })
      const bobs = yield* bob.CreateCharacter({ name: "Bob", fresh: fresh("Bob") })
      let { nextN } = yield* bob.Enter({ character: bobs.id, cursor: null })
      const says = (text: string) =>
        Effect.gen(function* () {
          const n = nextN++
          const intent = { n, settled: n - 1, text: `say ${text}`, command: null }
          const replies = yield* bob.Submit({ intents: [intent] })
          assert.strictEqual(replies[0]?._tag, "Accepted")
        })

      // Ann is inside, and her line is cut.
      const { anns, cursor, token } = yield* Effect.scoped(
        Effect.gen(function* () {
          const ann = yield* dial(server.url)
          const { token } = yield* ann.Register({ name: "ann", password })
          const anns = yield* ann.CreateCharacter({ name: "Ann", fresh: fresh("Ann") })
          const { cursor } = yield* ann.Enter({ character: anns.id, cursor: null })
          return { anns, cursor, token }
        })
      )
      yield* Effect.forEach(Array.from({ length: 20 }), (_, i) => says(`while you slept ${i}`))
      const runners = Postgres.client({ url, runner: "test", maxConnections: 2 })
      yield* Effect.gen(function* () {
        // The server's own retention may be at it: it keeps everything, and is soon done.
        yield* Effect.repeat(Retention.run({ ...RetentionPolicy.defaults, age: 1, hold: 0 }), {
          until: ({ mine }) => mine
        })
        const sql = yield* SqlClient.SqlClient
        const [row] = yield* sql<{ count: number }>`
          SELECT count(*)::int AS count FROM wr2.event_log WHERE seq <= ${cursor.seq + 10}`
        assert.strictEqual(row!.count, 0)
      }).pipe(Effect.provide(runners))

      // Another gateway, which has nothing of it in its memory.
      const other = yield* Harness.serve({ role: "gateway", database: Redacted.value(url) })
      for (const gateway of [other, server]) {
        yield* Effect.scoped(
          Effect.gen(function* () {
            const ann = yield* dial(gateway.url)
            yield* ann.Resume({ token })
            yield* ann.Enter({ character: anns.id, cursor })
            if (gateway === other) {
              const end = yield* Effect.flip(Stream.runDrain(ann.Feed({ cursor })))
              assert.isTrue(
                end._tag === "ResyncRequired" && end.why === "behind",
                JSON.stringify(end)
              )
            }
            const again = yield* ann.Enter({ character: anns.id, cursor })
            assert.isAbove(again.cursor.seq, cursor.seq + 20)
            assert.include(again.snapshot, "Bob")
            const text = `welcome back at ${gateway.port}`
            const heard = yield* Effect.forkChild(
              ann.Feed({ cursor: again.cursor }).pipe(
                Stream.flatMap((frame) =>
                  Stream.fromIterable(frame._tag === "Events" ? frame.events : [])
                ),
                Stream.filter(({ payload }) => payload.includes(text)),
                Stream.runHead
              )
            )
            yield* says(text)
            const event = yield* Effect.timeout(Fiber.join(heard), "10 seconds")
            assert.isTrue(Option.isSome(event))
          })
        )
      }
    }).pipe(Effect.scoped),
  60_000
)
