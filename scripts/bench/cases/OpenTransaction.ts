/**
 * A transaction that lies open elsewhere: nothing that is written meanwhile can be vacuumed. 2,000
 * Actions a second over 4,000 characters go on beside it.
 */
import { PgConnection } from "@effect/sql-pg"
import { Limits } from "@wr2/engine"
import { Effect, Layer } from "effect"
import { database, ratio } from "../Case.ts"
import type { Case, Settings } from "../Case.ts"
import { onPostgres } from "../Field.ts"
import { percentile } from "../Figures.ts"
import * as Load from "../Load.ts"
import { crowded, walk } from "../Workload.ts"

const perSecond = 2_000
/** Seconds that normal is measured for, and those that are waited after the end. */
const normally = 30
const after = 10

const quiet = "open transaction, p99 before"
const beside = "open transaction, p99 while it lies open"
const worst = "open transaction, p99 of the last tenth"
const before = "open transaction, full speed before"
const again = "open transaction, full speed 10 s after"
const share = "open transaction, share carried"

export const openTransaction: Case = {
  name: "open-transaction",
  about:
    "A transaction left open elsewhere for three minutes (--hold), 2,000 Actions/s over 4,000 characters",
  suites: ["full"],
  open: Effect.fnUntraced(function* (settings: Settings) {
    const url = yield* database(settings)
    const context = yield* Layer.build(onPostgres(url, Limits.defaults))
    const field = yield* crowded({ instances: 20, players: 200, fights: 0 }).pipe(
      Effect.provideContext(context)
    )
    let seed = 0
    const offer = (seconds: number) =>
      Load.offered(field, { perSecond, seconds, seed: ++seed, command: walk, warm: 1_000 })
    const fullSpeed = Effect.gen(function* () {
      const { from, until } = yield* Load.closed(field, {
        seconds: settings.seconds,
        command: walk
      })
      return yield* field.perSecond(from, until)
    })
    const p99 = (window: Load.Window) => percentile(field.took(window.from, window.until), 0.99)
    return [
      {
        name: "engine",
        suites: ["full"] as const,
        measure: Effect.gen(function* () {
          const speed = yield* fullSpeed
          const normal = yield* offer(Math.min(normally, settings.hold))
          yield* settings.say(`  a transaction lies open for ${settings.hold} s`)
          const held = yield* Effect.scoped(
            Effect.gen(function* () {
              const lunch = yield* PgConnection.make({ url, applicationName: "lunch" })
              yield* lunch.query("BEGIN ISOLATION LEVEL REPEATABLE READ")
              yield* lunch.query("SELECT pg_current_xact_id()::text, count(*) FROM wr2.character")
              const carried = yield* offer(settings.hold)
              yield* lunch.query("COMMIT")
              return carried
            })
          )
          // Play goes on while vacuum makes up for it.
          yield* offer(after)
          const recovered = yield* fullSpeed
          const tail = { ...held, from: held.until - (held.until - held.from) / 10 }
          return {
            figures: [
              { name: quiet, unit: "ms", value: p99(normal) },
              { name: beside, unit: "ms", value: p99(held) },
              { name: worst, unit: "ms", value: p99(tail) },
              { name: share, unit: "of all", value: Math.min(normal.share, held.share) },
              { name: before, unit: "Actions/s", value: speed },
              { name: again, unit: "Actions/s", value: recovered }
            ],
            wrong: yield* field.problems
          }
        })
      }
    ]
  }),
  targets: [
    {
      name: "open transaction: p99 while it lies open / before",
      target: 1.5,
      atMost: true,
      value: ({ of }) => Math.max(of(beside), of(worst)) / of(quiet)
    },
    ratio("open transaction: full speed 10 s after / before", again, before, 0.95)
  ]
}
