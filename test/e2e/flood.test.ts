/**
 * A flood, and what it leaves: memory stays flat, and who plays by the rules is answered.
 *
 * A third of a minute in every run, WR2_FLOOD_SECONDS=60 for a whole one; before it a while in which
 * what is bounded fills up (so what keeps Events and counts addresses is set small here).
 */
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import { GatewayLimits } from "@wr2/gateway"
import * as Harness from "@wr2/testkit/Harness"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { Config, Effect, Redacted } from "effect"
import * as Attackers from "./attackers.ts"

const seconds = Effect.runSync(
  Effect.orDie(Config.withDefault(Config.Int("WR2_FLOOD_SECONDS"), 20))
)
const warmUp = 15

/** How much more there may be in the end than after the warm-up. */
const heapMore = 1.15
const rssMore = 1.25

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** Of a process that loaded the gauge, after its garbage was collected, in MiB. */
interface Held {
  readonly heap: number
  readonly external: number
  readonly rss: number
}

const gauges = (server: Harness.Process) =>
  [...server.output().matchAll(/^gauge (\{.*\})$/gm)].map(([, json]) => JSON.parse(json!) as Held)

/** Several looks, least first: what is in flight comes and goes. */
const held = Effect.fnUntraced(function* (server: Harness.Process, looks: number) {
  const found: Array<Held> = []
  for (let look = 0; look < looks; look++) {
    const before = gauges(server).length
    yield* server.signal("SIGUSR2")
    yield* Harness.waitUntil(
      "the gauge",
      Effect.sync(() => gauges(server).length > before),
      { within: 30_000 }
    )
    found.push(gauges(server).at(-1)!)
    yield* Effect.sleep(700)
  }
  const sorted = (of: keyof Held) =>
    found.map((one) => Math.round(one[of] / 2 ** 20)).sort((a, b) => a - b)
  return { heap: sorted("heap"), external: sorted("external"), rss: sorted("rss") }
})

const start = Effect.fnUntraced(function* (database: string) {
  const port = yield* Harness.freePort
  const server = yield* Harness.start({
    name: "flooded",
    script: Harness.wr2,
    args: ["start"],
    env: {
      DATABASE_URL: database,
      PORT: `${port}`,
      WR2_LOG: "json",
      WR2_PROXIES: "127.0.0.1/32",
      WR2_LIMITS: '{"recentEvents":256}',
      WR2_GATEWAY_LIMITS: '{"recentEvents":256,"countedMax":500}',
      NODE_OPTIONS: `--import=${here("gauge.mjs")}`
    }
  })
  const url = `http://127.0.0.1:${port}`
  yield* Harness.waitUntil(
    "it is ready",
    Effect.map(Harness.get(`${url}/readyz`), (found) => found?.status === 200),
    { within: 30_000, explain: server.output }
  )
  return { ...server, url }
})

/** Looks; told to come again, it does, as clients do. */
const patiently = Effect.fnUntraced(function* (player: Attackers.Player) {
  while (true) {
    const reply = yield* player.again("look")
    const { _tag, retryAfter } = reply.reason ?? {}
    if (!["Unavailable", "Overloaded"].includes(_tag)) return reply
    yield* Effect.sleep(retryAfter)
  }
})

it.live(
  `${seconds} seconds of flood: memory stays flat, and loyal players are answered`,
  () =>
    Effect.gen(function* () {
      const { url } = yield* PgFixture.emptyDatabase
      const server = yield* start(Redacted.value(url))
      const loyal = yield* Effect.forEach([1, 2, 3], () =>
        Effect.tap(Attackers.player(server.url), (player) => player.listen)
      )
      const calm = yield* held(server, 1)
      const flooder = yield* Harness.start({
        name: "flooder",
        script: here("flooder.ts"),
        args: [server.url, `${warmUp + seconds + 8}`]
      })
      yield* Harness.waitUntil(
        "it floods",
        Effect.sync(() => flooder.output().includes("flooding")),
        { within: 60_000, explain: flooder.output }
      )
      const until = performance.now() + (warmUp + seconds) * 1_000
      const waits: Array<number> = []
      const playing = Effect.forEach(
        loyal,
        (player) =>
          Effect.gen(function* () {
            while (performance.now() < until) {
              const began = performance.now()
              const reply = yield* patiently(player)
              waits.push(performance.now() - began)
              assert.strictEqual(reply._tag, "Accepted", JSON.stringify(reply))
              player.events.length = 0
              player.told.length = 0
              yield* Effect.sleep(200)
            }
          }),
        { concurrency: "unbounded", discard: true }
      )
      const measuring = Effect.gen(function* () {
        yield* Effect.sleep(warmUp * 1_000)
        const warm = yield* held(server, 3)
        yield* Effect.sleep(Math.max(0, until - performance.now() - 2_500))
        return { warm, end: yield* held(server, 3) }
      })
      const [{ end, warm }] = yield* Effect.all([measuring, playing], { concurrency: 2 })
      assert.strictEqual((yield* flooder.ended).code, 0, flooder.output())
      const kinds = JSON.parse(flooder.lines().findLast((line) => line.startsWith("{"))!)
      waits.sort((a, b) => a - b)
      const [median, longest] = [waits[waits.length >> 1]!, waits.at(-1)!].map(Math.round)
      const report = { calm, warm, end, kinds, answers: { of: waits.length, median, longest } }
      const told = JSON.stringify(report)
      console.log(told)

      for (const kind of ["deaf", "huge", "reconnects", "logins", "pages"])
        assert.isAbove(kinds[kind] ?? 0, 0, told)
      assert.isAbove(kinds.commands, 1_000 * seconds, told)
      assert.isBelow(end.heap[0]!, warm.heap[0]! * heapMore, told)
      assert.isBelow(end.external[0]!, warm.external[0]! * heapMore + 4, told)
      assert.isBelow(end.rss[0]!, warm.rss[0]! * rssMore, told)
      // They share the machine with the flood and the server, and with whatever else it does.
      assert.isBelow(median!, 2_000, told)
      assert.isBelow(longest!, 2 * GatewayLimits.defaults.answerWithin, told)
      const errors = server
        .lines()
        .filter((line) => /"level":"(Error|Fatal)"/.test(line))
        // The cluster's health check on a machine that is too busy to answer within a second.
        .filter((line) => !line.includes("Shard lock storage is unhealthy"))
      assert.deepStrictEqual(errors, [])
      assert.strictEqual((yield* server.stop()).code, 0)
    }).pipe(Effect.scoped),
  (warmUp + seconds + 120) * 1_000
)
