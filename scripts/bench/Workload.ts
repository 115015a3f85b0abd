/** One measured run: a crowd in a database of its own, driven in a closed loop through the real engine. */
import { Engine, Limits } from "@wr2/engine"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import type { Intent } from "@wr2/engine/Messages"
import { Placement } from "@wr2/engine/Placement"
import * as Postgres from "@wr2/postgres/Postgres"
import { migrations } from "@wr2/testkit/ShippedWorld"
import { Effect, Fiber, Layer, Redacted, Stream } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { crowd, game } from "./Crowd.ts"
import type { Player } from "./Crowd.ts"

export interface Workload {
  readonly name: string
  readonly instances: number
  readonly players: number
  readonly fights: number
  /** The n-th typed Command of a player. */
  readonly command: (player: Player, n: number, first: Player) => unknown
}

/** To and fro between two rooms: the world's Move, without the look that follows (crowds see crowds). */
const walk = (_: Player, n: number) => ({
  _tag: "step",
  direction: n % 2 === 1 ? "north" : "south"
})

export const workloads: ReadonlyArray<Workload> = [
  { name: "20 instances", instances: 20, players: 60, fights: 100, command: walk },
  { name: "one instance", instances: 1, players: 600, fights: 600, command: walk },
  {
    name: "one hot target",
    instances: 1,
    players: 400,
    fights: 0,
    // Everybody gives to the first, who speaks of it.
    command: (player, _, first) =>
      player.id === first.id
        ? { _tag: "say", text: "Thank you." }
        : { _tag: "give", amount: 1, what: null, to: "walker0" }
  }
]

export interface Measured {
  readonly name: string
  /** Committed Actions a second, counted in action_log. */
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  /** What was found wrong afterwards: the run does not count. */
  readonly wrong: ReadonlyArray<string>
}

/** What makes one transaction per Action out of the engine: nothing is shared. */
export const naive: Limits.Limits = { ...Limits.defaults, batchMax: 1, carryMax: 1, executors: 16 }

/** Runs a workload; `url` names a server, a database is made and dropped. */
export const run = Effect.fn("bench.run")(function* (options: {
  readonly url: Redacted.Redacted
  readonly workload: Workload
  readonly limits: Limits.Limits
  readonly seconds: number
}) {
  const { limits, seconds, workload } = options
  const sql = yield* SqlClient.SqlClient
  const database = `bench_${process.pid}_${Math.floor(performance.now() * 1000)}`
  yield* sql.unsafe(`CREATE DATABASE ${database}`)
  const url = new URL(Redacted.value(options.url))
  url.pathname = `/${database}`
  const layer = Engine.layer(game).pipe(
    Layer.provideMerge(
      Postgres.layer({
        url: Redacted.make(url.href),
        game,
        migrations,
        runner: "bench",
        maxConnections: 4
      })
    ),
    Layer.provideMerge(Placement.layerLocal)
  )
  return yield* drive(workload, seconds).pipe(
    Effect.provide(layer),
    Effect.provideService(Limits.Limits, limits),
    Effect.scoped,
    Effect.ensuring(Effect.orDie(sql.unsafe(`DROP DATABASE ${database} WITH (FORCE)`)))
  )
})

const drive = Effect.fnUntraced(function* (workload: Workload, seconds: number) {
  const store = yield* InstanceStore
  const placement = yield* Placement
  const sql = yield* SqlClient.SqlClient
  const groups: Array<ReadonlyArray<Player>> = []
  for (let i = 0; i < workload.instances; i++) {
    const instance = 1_000 + i
    const firstId = yield* store.ids(10_000)
    const { players, queue, rows } = crowd({ ...workload, instance, firstId, now: Date.now() })
    yield* store.found({ instance, rows, queue })
    yield* placement.call(instance, { _tag: "Wake" })
    yield* Effect.forkScoped(Stream.runDrain(placement.feed(instance, 0)))
    groups.push(players)
  }
  const latencies: Array<number> = []
  let measuring = false
  const refused: Array<string> = []
  const loop = (player: Player, first: Player, until: () => boolean) =>
    Effect.gen(function* () {
      for (let n = 1; !until(); n++) {
        const intent: Intent = {
          n,
          settled: n - 1,
          text: null,
          command: workload.command(player, n, first)
        }
        const began = performance.now()
        const response = yield* placement.call(player.instance, {
          _tag: "Submit",
          actor: { type: "Character", id: player.id },
          session: player.session,
          intents: [intent],
          trace: null
        })
        if (measuring) latencies.push(performance.now() - began)
        if (response._tag !== "Replies" || response.replies[0]?._tag !== "Accepted") {
          refused.push(JSON.stringify(response).slice(0, 200))
          return
        }
      }
    })
  const logged = Effect.map(sql<{ count: bigint }>`SELECT count(*) FROM wr2.action_log`, ([row]) =>
    Number(row!.count)
  )
  // Half of it to warm up: statements prepared, code compiled, fights spread.
  const end = performance.now() + seconds * 1.5 * 1_000
  const crowdAtWork = yield* Effect.forkScoped(
    Effect.forEach(
      groups.flatMap((players) => players.map((player) => ({ player, first: players[0]! }))),
      ({ first, player }) => loop(player, first, () => performance.now() >= end),
      { concurrency: "unbounded", discard: true }
    )
  )
  yield* Effect.sleep(seconds * 500)
  const before = yield* logged
  const began = performance.now()
  measuring = true
  yield* Effect.sleep(seconds * 1_000 - 50)
  measuring = false
  const after = yield* logged
  const took = (performance.now() - began) / 1_000
  yield* Fiber.join(crowdAtWork)
  latencies.sort((a, b) => a - b)
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0
  const wrong = [...new Set(refused)].slice(0, 3)
  const gaps = yield* sql<{ instance_id: bigint }>`
    SELECT instance_id FROM wr2.event_log GROUP BY instance_id HAVING max(seq) <> count(*) OR min(seq) <> 1`
  if (gaps.length > 0) wrong.push(`seqs with gaps in ${gaps.length} instances`)
  const dead = yield* sql<{ error: string }>`SELECT error FROM wr2.dead_letter LIMIT 1`
  if (dead.length > 0) wrong.push(`dead letter: ${dead[0]!.error.slice(0, 200)}`)
  return {
    name: workload.name,
    perSecond: (after - before) / took,
    p50: at(0.5),
    p99: at(0.99),
    wrong
  } satisfies Measured
})
