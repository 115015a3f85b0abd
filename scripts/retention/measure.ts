/**
 * `npm run retention`: two ways to let go of history, on a real Postgres with fsync on:
 * rows deleted in chunks from plain tables, and volumes dropped (what WR2 does). What each costs, what
 * it does to cycles that go on meanwhile, what stays on the disk, and what an open transaction changes.
 *
 *     npm run retention                         3 million Events and as many Actions
 *     npm run retention -- --rows 5000000 --seconds 15 --json FILE
 *     npm run retention -- --only write         what volumes cost who writes, and no more
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { NodeServices } from "@effect/platform-node"
import { PgConnection } from "@effect/sql-pg"
import * as Embedded from "@wr2/postgres/Embedded"
import { Effect, Layer, Redacted, References } from "effect"
import { databases, fill, kinds, sizes, type Kind } from "./Logs.ts"
import { deletes, drops, statement, type Removed } from "./Removing.ts"
import { alternate, write, type Written } from "./Writers.ts"

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "3000000" },
    seconds: { type: "string", default: "10" },
    json: { type: "string" },
    only: { type: "string", default: "" }
  }
})
const rows = Math.max(10_000, Number(values.rows))
const seconds = Math.max(1, Number(values.seconds))
const idle = Effect.sleep(seconds * 1_000)

const told = ({ p50, p99, perSecond, worst }: Written) =>
  `${String(Math.round(perSecond)).padStart(7)} Events/s  p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms  worst ${worst.toFixed(0)} ms`
const removal = ({ rows, seconds, walMiB }: Removed) =>
  `${rows} rows of each log in ${seconds.toFixed(2)} s, ${walMiB.toFixed(0)} MiB of WAL`

const measure = Effect.fn("retention.measure")(function* (server: URL, kind: Kind) {
  const url = yield* databases(server, kind)
  const say = (text: string) => Effect.sync(() => console.log(`  ${text}`))
  console.log(`${kind}: ${rows} Events and Actions in 12 parts`)
  yield* fill(url, kind, rows)
  const remove = kind === "volumes" ? drops : deletes
  const results: Record<string, unknown> = {}
  const keep = <A>(name: string, value: A, text: string) => {
    results[name] = value
    return say(`${name.padEnd(34)} ${text}`)
  }

  yield* write(url, Effect.sleep(2_000))
  const quiet = yield* write(url, idle)
  yield* keep("cycles alone", quiet.written, told(quiet.written))
  const before = yield* sizes(url)
  const first = yield* remove(url, 4)
  yield* keep("removed, nothing else going on", first, removal(first))
  const after = yield* sizes(url)
  yield* keep("MiB on the disk", { before, after }, `${before} before, ${after} after`)
  const beside = yield* write(
    url,
    Effect.tap(remove(url, 8), () => (kind === "volumes" ? idle : Effect.void))
  )
  yield* keep("cycles while 4 parts go", beside.written, told(beside.written))
  yield* keep("  that took", beside.result, removal(beside.result))
  const again = yield* write(url, idle)
  yield* keep("cycles afterwards", again.written, told(again.written))

  // Somebody has looked into the log, and went to lunch.
  const open = yield* write(
    url,
    Effect.scoped(
      Effect.gen(function* () {
        const lunch = yield* PgConnection.make({ url: Redacted.make(url.href), multiplex: true })
        yield* lunch.query("BEGIN ISOLATION LEVEL REPEATABLE READ")
        yield* lunch.query("SELECT count(*) FROM wr2.event_log WHERE instance_id = 1 AND seq < 10")
        yield* lunch.query("SELECT count(*) FROM wr2.action_log WHERE instance_id = 1 AND seed = 1")
        const removed = yield* remove(url, 11)
        const oldest = yield* statement(
          url,
          "SELECT min(e.seq) FROM wr2.event_log AS e WHERE e.instance_id = 1"
        )
        yield* lunch.query("COMMIT")
        return { ...removed, oldest }
      })
    )
  )
  yield* keep("cycles beside an open transaction", open.written, told(open.written))
  yield* keep("  removed meanwhile", open.result, removal(open.result))
  yield* keep(
    "  to find the oldest Event",
    open.result.oldest,
    `${open.result.oldest.toFixed(1)} ms`
  )
  const last = yield* remove(url, 11)
  yield* keep("  the rest, after it", last, removal(last))
  yield* keep("MiB at the end", yield* sizes(url), String(yield* sizes(url)))
  return results
}, Effect.scoped)

/** What a volume with its guards costs who writes. */
const compare = Effect.fn("retention.compare")(function* (server: URL) {
  const urls = yield* Effect.forEach(kinds, (kind) =>
    Effect.tap(databases(server, kind), (url) => fill(url, kind, 12_000))
  )
  const [plain = 0, volumes = 0] = yield* alternate(urls, seconds * 200)
  console.log(
    `to write 64 Events and Actions: ${plain.toFixed(2)} ms into plain tables, ${volumes.toFixed(2)} ms into volumes with their guards (${(volumes / plain).toFixed(3)})`
  )
  return { plain, volumes }
}, Effect.scoped)

const program = Effect.gen(function* () {
  const { url } = yield* Embedded.Embedded
  const compared = yield* compare(new URL(Redacted.value(url)))
  const results: Record<string, unknown> = { rows, seconds, compared }
  for (const kind of values.only === "write" ? [] : kinds)
    results[kind] = yield* measure(new URL(Redacted.value(url)), kind)
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`)
})

const server = Embedded.layer({
  dir: join(import.meta.dirname, "../../.wr2/retention"),
  parameters: { max_wal_size: "4GB", autovacuum_naptime: 5 }
})
await Effect.runPromise(
  program.pipe(
    Effect.provide(Layer.provideMerge(server, NodeServices.layer)),
    Effect.provideService(References.MinimumLogLevel, "Warn"),
    Effect.scoped
  )
)
process.exit(0)
