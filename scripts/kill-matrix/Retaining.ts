/** History that is let go of while somebody plays: a volume of the logs turned, sealed, taken out, dropped. */
import { PgClient } from "@effect/sql-pg"
import type { Retention, RetentionPolicy } from "@wr2/postgres"
import * as Harness from "@wr2/testkit/Harness"
import { Effect, Latch } from "effect"
import { holding, queued } from "./Scenario.ts"
import type { Scenario } from "./Scenario.ts"
import type { Stage } from "./Stage.ts"

const minute = 60_000
const kept: RetentionPolicy.RetentionPolicy = {
  age: undefined,
  bytes: undefined,
  // Nobody waits for consumers of instances that are over.
  hold: 0,
  deadLetters: 60 * minute,
  volumeBytes: 2 ** 40,
  every: minute
}
/** A volume for whatever was written since the last. */
const turning = { ...kept, volumeBytes: 1 }
/** What was closed before then is let go of, and what was opened a twelfth of that ago is closed. */
const letting = { ...kept, age: 30 * minute }

const retain = (stage: Stage, policy: RetentionPolicy.RetentionPolicy) =>
  Effect.map(stage.lane.insist({ do: "retain", policy }), (report) => report as Retention.Report)

const asked = <A extends object>(stage: Stage, text: string) =>
  stage.lane.sql(Effect.flatMap(PgClient.PgClient, (sql) => sql.unsafe<A>(text)))

/**
 * Something of long ago, of an instance that nobody asks about any more, in a volume of its own; and a
 * volume that is due to be closed, in which the scenario's own instance will have its history.
 */
const aged = Effect.fnUntraced(function* (stage: Stage) {
  const instance = stage.instance("thoughts")
  yield* stage.lane.insist({ do: "found", instance })
  // A deed of somebody who is not there leaves an Event at once.
  const deed = JSON.stringify({ character: 1, deed: { did: "killed", room: null, mob: null } })
  yield* stage.lane.sql(queued(instance, "GrantAchievement", deed))
  yield* stage.lane.insist({ do: "rouse", instance })
  const told = asked(stage, `SELECT 1 FROM wr2.event_log WHERE instance_id = ${instance}`)
  yield* Harness.waitUntil(
    "something happened there",
    Effect.map(told, (rows) => rows.length > 0),
    { every: 20 }
  )
  yield* stage.lane.insist({ do: "retire", instance })
  yield* retain(stage, turning)
  yield* asked(
    stage,
    "UPDATE wr2.log_volume SET opened_at = opened_at - interval '2 hours', closed_at = closed_at - interval '1 hour'"
  )
  const [turn] = yield* asked<{ readonly volume: number }>(
    stage,
    "SELECT volume::int AS volume FROM wr2.log_turn"
  )
  return turn!.volume
})

/** The old volume is gone, the next one closed, its spans written down, another one begun. */
const isDone = (stage: Stage, volume: number) =>
  Effect.map(
    asked(
      stage,
      `SELECT 1 FROM wr2.log_turn AS t, wr2.log_volume AS v WHERE t.volume = ${volume + 1} AND t.before IS NULL
         AND v.volume = ${volume} AND v.sealed_at IS NOT NULL
         AND NOT EXISTS (SELECT FROM wr2.log_volume AS o WHERE o.volume < ${volume})
         AND NOT EXISTS (SELECT FROM pg_class AS c WHERE c.relnamespace = 'wr2'::regnamespace
           AND c.relname IN ('event_log_${volume - 1}', 'action_log_${volume - 1}'))`
    ),
    (rows) => rows.length > 0
  )

/** Until it is done, and whoever does it in the end has come to an end with it. */
const lettingGo = Effect.fnUntraced(function* (
  stage: Stage,
  volume: number,
  waits: Effect.Effect<unknown>
) {
  while (true) {
    const { mine, waiting } = yield* retain(stage, letting)
    if (waiting.length > 0) yield* waits
    if (mine && (yield* isDone(stage, volume))) return
    yield* Effect.sleep(50)
  }
})

/** Lets go of it; told what to do when that has to wait for somebody. */
type Letting = (waits: Effect.Effect<unknown>) => Effect.Effect<unknown, unknown>

/** Plays while history is let go of. */
const scenario = (
  name: string,
  circumstance: (stage: Stage, letting: Letting) => Effect.Effect<unknown, unknown>
): Scenario => ({
  name,
  place: "yard",
  begins: "as it is",
  play: (stage) =>
    Effect.gen(function* () {
      const volume = yield* aged(stage)
      const hero = yield* stage.hero
      yield* hero.does("get lantern", "n")
      return () =>
        Effect.all(
          [
            circumstance(stage, (waits) => lettingGo(stage, volume, waits)),
            hero.does("say it goes", "s", "drop lantern")
          ],
          { concurrency: "unbounded" }
        )
    })
})

export const retaining: ReadonlyArray<Scenario> = [
  scenario("(retention)", (_, letting) => letting(Effect.void)),
  // A volume's way out is waited for, given up, and tried again.
  scenario("(held volume)", (stage, letting) =>
    Effect.gen(function* () {
      const [held, waited] = [yield* Latch.make(), yield* Latch.make()]
      const text = "SELECT 1 FROM wr2.event_log WHERE instance_id = $1"
      const during = Effect.andThen(held.open, waited.await)
      return yield* Effect.all(
        [holding(stage, "yard", text, during), Effect.andThen(held.await, letting(waited.open))],
        { concurrency: "unbounded" }
      )
    })
  )
]
