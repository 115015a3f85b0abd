/**
 * A runner for instances 1 and 2 of the deadly game, with clients who send their one Command again
 * each time it starts. Ends with 0 when everybody is answered and nothing is left to be done.
 *
 * Arguments: how many clients an instance has, and which of them says what instead of a step.
 */
import * as Engine from "@wr2/engine/Engine"
import { defaults, Limits } from "@wr2/engine/Limits"
import { Placement } from "@wr2/engine/Placement"
import { Runner } from "@wr2/engine/Runner"
import { Postgres } from "@wr2/postgres"
import * as DecideGuard from "@wr2/server/DecideGuard"
import { Effect, Layer, Redacted, Schedule } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { deadly } from "./Deadly.ts"

const [clients = "0", deadlyOne = "0", says = ""] = process.argv.slice(2)
const url = Redacted.make(process.env["DATABASE_URL"]!)

const program = Effect.gen(function* () {
  const placement = yield* Placement
  const sql = yield* SqlClient.SqlClient
  const say = (instance: number, id: number) =>
    placement
      .call(instance, {
        _tag: "Submit",
        actor: { type: "Person", id },
        session: null,
        intents: [
          {
            n: 1,
            settled: 0,
            text: instance === 1 && id === Number(deadlyOne) ? says : "n",
            command: null
          }
        ],
        trace: null
      })
      .pipe(
        Effect.flatMap((response) =>
          response._tag === "Replies" && response.replies[0]?._tag === "Accepted"
            ? Effect.void
            : Effect.fail(response)
        ),
        Effect.retry(Schedule.spaced("50 millis"))
      )
  const all = [1, 2].flatMap((instance) =>
    Array.from({ length: Number(clients) }, (_, i) => say(instance, i + 1))
  )
  yield* Effect.all([placement.call(1, { _tag: "Wake" }), placement.call(2, { _tag: "Wake" })], {
    concurrency: 2
  })
  yield* Effect.all(all, { concurrency: "unbounded", discard: true })
  yield* sql`SELECT 1 FROM wr2.action_queue LIMIT 1`.pipe(
    Effect.flatMap((rows) => (rows.length === 0 ? Effect.void : Effect.fail("not yet"))),
    Effect.retry(Schedule.spaced("50 millis"))
  )
})

const name = `dying-${process.pid}`
await program.pipe(
  Effect.provide(
    Engine.layer(deadly).pipe(
      Layer.provideMerge(Placement.layerLocal),
      Layer.provideMerge(Postgres.layer({ url, game: deadly, runner: name })),
      Layer.provide([
        Layer.succeed(Runner, { name, incarnation: name }),
        // Or the time limit would save it from running out of memory; and on a busy machine caution would
        // be over before the one that kills has its turn.
        Layer.succeed(Limits, { ...defaults, decideWithin: 60_000, cautiousFor: 60_000 }),
        DecideGuard.layer
      ])
    )
  ),
  Effect.scoped,
  Effect.runPromise
)
process.exit(0)
