/** One of several engines on a database, and those who play on it: started and asked by Processes.ts. */
import { Limits } from "@wr2/engine"
import { Cause, Effect, Queue, Redacted, References } from "effect"
import * as Field from "./Field.ts"
import type { Answer, Order, Start } from "./Processes.ts"
import { crowded, named, play } from "./Workload.ts"

const answer = (said: Answer) => Effect.sync(() => void process.send!(said))

const main = Effect.gen(function* () {
  const orders = yield* Queue.unbounded<Start | Order>()
  process.on("message", (order) => void Queue.offerUnsafe(orders, order as Start | Order))
  const start = (yield* Queue.take(orders)) as Start
  const workload = named(start.workload)
  return yield* Effect.gen(function* () {
    const field = yield* crowded({ ...workload, here: start.instances })
    yield* answer({ up: true })
    while (true) {
      const order = (yield* Queue.take(orders)) as Order
      yield* "play" in order
        ? Effect.flatMap(
            play(field, { workload, seconds: start.seconds, players: order.play }),
            (played) => answer({ played })
          )
        : Effect.flatMap(field.settled, (settled) => answer({ settled }))
    }
  }).pipe(
    Effect.provide(Field.onPostgres(Redacted.make(start.url), Limits.defaults, start.runner)),
    Effect.scoped
  )
}).pipe(
  Effect.catchCause((cause) => answer({ failed: Cause.pretty(cause) })),
  Effect.provideService(References.MinimumLogLevel, "Warn")
)

// Whoever started it ends it; without that one it has nothing to do.
process.on("disconnect", () => process.exit())
void Effect.runPromise(main)
