/**
 * How something is made to happen: what is made ready first, and what is done then. While that is going
 * on the process may be killed anywhere; whoever acts goes on as a client would.
 */
import { PgClient } from "@effect/sql-pg"
import { Effect } from "effect"
import type { Scope } from "effect"
import type { Rule, Violation } from "../chaos/History.ts"
import type { Place } from "./Ground.ts"
import type { Stage } from "./Stage.ts"

type Step<A, R = Scope.Scope> = Effect.Effect<A, unknown, R>

export interface Scenario {
  /** A type of Action, or a circumstance in brackets. */
  readonly name: string
  readonly place: Place
  /** Makes ready; answers what to do. */
  readonly play: (stage: Stage) => Step<() => Step<unknown>>
  /**
   * How it begins: its instance is released (and activated again by whoever listens), so that all of
   * activation and release is passed with it; its process is killed; or neither.
   */
  readonly begins: "released" | "killed" | "as it is"
  /** Which instance that is, if it is not that of its place. */
  readonly released?: Place
  /** What is to be asked besides. */
  readonly judges?: Rule
  /** What the judge is to overlook. */
  readonly overlooks?: (violation: Violation) => boolean
}

/** One who is inside, and has done something before. */
export const inside = (...before: ReadonlyArray<string>) =>
  Effect.fnUntraced(function* (stage: Stage) {
    const hero = yield* stage.hero
    yield* hero.does(...before)
    return hero
  })

/** Somebody in a fight that does not end. */
export const fighting = ["n", "kill sheep"]

/** The key of what `queued` puts there: no owner has heard of it, the next one finds it. */
export const unheard = "queued"

/** An Action that is pending, as it would be after a while, or as a careless hand may leave it. */
export const queued = Effect.fnUntraced(function* (
  instance: number,
  type: string,
  payload: string
) {
  const sql = yield* PgClient.PgClient
  yield* sql`
    INSERT INTO wr2.action_queue (instance_id, accept_no, action_type, version, payload,
      idempotency_key, seed, priority, run_at, attempts, depth)
    VALUES (${instance}, 1000000, ${type}, 1, ${payload}::text::jsonb, ${unheard}, 1, 0, now(), 0, 0)`
})

/** A session of somebody else that holds rows for as long as something takes. */
export const holding = (stage: Stage, place: Place, text: string, during: Effect.Effect<unknown>) =>
  stage.lane.sql(
    Effect.gen(function* () {
      const sql = yield* PgClient.PgClient
      yield* sql.withTransaction(Effect.andThen(sql.unsafe(text, [stage.instance(place)]), during))
    })
  )
