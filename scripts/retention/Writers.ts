/** Cycles as the engine's executors send them, in a closed loop: fence, 64 Events, 64 Actions, COMMIT. */
import { Effect, Fiber } from "effect"
import { connect, instances } from "./Logs.ts"

export interface Written {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly worst: number
}

const batch = 64
const executors = 4

const fence =
  "SELECT instance_id FROM wr2.instance_owner WHERE instance_id = $1 FOR SHARE SKIP LOCKED"
const events = `INSERT INTO wr2.event_log (instance_id, seq, event_type, version, payload, streams, created_at, action_id, command_id, actor_type, actor_id)
  SELECT $1, v.s, 'Moved', 1, v.payload::jsonb, ARRAY['room:1', 'room:2'], now(), v.s, 'character:1#' || v.s, 'Character', 1 FROM unnest($2::bigint[], $3::text[]) AS v(s, payload)`
const actions = `INSERT INTO wr2.action_log (instance_id, accept_no, action_type, version, payload, actor_type, actor_id, command_id, idempotency_key, seed, priority, run_at, attempts, depth, now, content_hash, outcome, first_seq, position)
  SELECT $1, v.s, 'Move', 1, v.payload::jsonb, 'Character', 1, 'character:1#' || v.s, 'character:1#' || v.s || '/0', v.s, 0, now(), 0, 0, now(), '0123456789abcdef', 'done', v.s, 0 FROM unnest($2::bigint[], $3::text[]) AS v(s, payload)`
/** As the engine's: the volume is asked for once a statement. */
const inVolume = (text: string) =>
  text
    .replace("instance_id,", "volume, instance_id,")
    .replace("SELECT $1,", "SELECT (SELECT t.volume FROM wr2.log_turn AS t), $1,")

const at = (sorted: ReadonlyArray<number>, share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

/** What writes cycles to one database, one at a time on one connection; answers how long each took. */
const writer = Effect.fnUntraced(function* (url: URL) {
  const connection = yield* connect(url)
  yield* connection.query("SET plan_cache_mode = force_generic_plan")
  const volumes = yield* connection.query("SELECT to_regclass('wr2.log_turn') IS NOT NULL AS there")
  const turned = (volumes.rows[0] as { readonly there: boolean }).there
  const texts = [events, actions].map((text) => (turned ? inVolume(text) : text))
  return (instance: number, after: number) =>
    Effect.gen(function* () {
      const seqs = Array.from({ length: batch }, (_, k) => BigInt(after + 1 + k))
      const payloads = seqs.map(
        (s) => `{"_tag":"Moved","who":${s},"name":"walker","from":1,"to":2,"direction":"north"}`
      )
      const began = performance.now()
      yield* Effect.all(
        [
          connection.query("BEGIN"),
          connection.query(fence, [BigInt(instance)]),
          ...texts.map((text) => connection.query(text, [BigInt(instance), seqs, payloads])),
          connection.query("COMMIT")
        ],
        { concurrency: "unbounded" }
      )
      return performance.now() - began
    })
})

/** The last seq of each instance. */
const heads = Effect.fnUntraced(function* (url: URL) {
  const one = yield* connect(url)
  const found = yield* one.query(
    `SELECT o.instance_id, greatest((SELECT max(e.seq) FROM wr2.event_log AS e WHERE e.instance_id = o.instance_id), 0) AS seq FROM wr2.instance_owner AS o ORDER BY 1`
  )
  return new Map(found.rows.map((row: any) => [Number(row.instance_id), Number(row.seq)]))
})

/** A cycle here, a cycle there, so that whatever else the machine does is the same to both: medians in ms. */
export const alternate = (urls: ReadonlyArray<URL>, cycles: number) =>
  Effect.scoped(
    Effect.gen(function* () {
      const sides = yield* Effect.forEach(urls, (url) =>
        Effect.all({ carry: writer(url), last: heads(url) })
      )
      const took = urls.map((): Array<number> => [])
      for (let n = 0; n < cycles; n++) {
        const instance = (n % instances) + 1
        for (const [i, { carry, last }] of sides.entries()) {
          took[i]!.push(yield* carry(instance, last.get(instance)!))
          last.set(instance, last.get(instance)! + batch)
        }
      }
      return took.map((all) =>
        at(
          all.slice(cycles / 10).sort((a, b) => a - b),
          0.5
        )
      )
    })
  )

/** Writes as long as the effect takes; what that gave, and what it took. */
export const write = <A, E, R>(url: URL, during: Effect.Effect<A, E, R>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const last = yield* heads(url)
      const latencies: Array<number> = []
      let going = true
      const executor = Effect.fnUntraced(function* (n: number) {
        const carry = yield* writer(url)
        for (let i = n; going; i = (i + executors) % instances) {
          latencies.push(yield* carry(i + 1, last.get(i + 1)!))
          last.set(i + 1, last.get(i + 1)! + batch)
        }
      }, Effect.scoped)
      const began = performance.now()
      const working = yield* Effect.forkScoped(
        Effect.all(
          Array.from({ length: executors }, (_, n) => executor(n)),
          { concurrency: "unbounded" }
        )
      )
      const result = yield* during
      going = false
      const took = (performance.now() - began) / 1_000
      yield* Fiber.join(working)
      const sorted = latencies.sort((a, b) => a - b)
      const written: Written = {
        perSecond: (latencies.length * batch) / took,
        p50: at(sorted, 0.5),
        p99: at(sorted, 0.99),
        worst: sorted.at(-1) ?? 0
      }
      return { written, result }
    })
  )
