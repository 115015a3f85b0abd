/**
 * One cell of the matrix: a scenario, and the place at which its process is killed. Or a rehearsal:
 * the scenario without a kill, to see which places there are.
 */
import { PgClient } from "@effect/sql-pg"
import { Consumer } from "@wr2/core"
import * as Fold from "@wr2/testkit/Fold"
import * as Harness from "@wr2/testkit/Harness"
import { Deferred, Effect, Exit, Fiber, Scope } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { Evidence, Rule, Violation } from "../chaos/History.ts"
import { judge } from "../chaos/Rules.ts"
import * as Tables from "../chaos/Tables.ts"
import type { Armed } from "./Failpoints.ts"
import { erased } from "./Game.ts"
import type { Lane } from "./Lane.ts"
import type { Held, Passed } from "./Orders.ts"
import { unheard } from "./Scenario.ts"
import type { Scenario } from "./Scenario.ts"
import * as Stage from "./Stage.ts"

/** What came of a cell. */
export interface Outcome {
  /** It died where it was to die; false: that place was never passed. */
  readonly killed: boolean
  readonly violations: ReadonlyArray<Violation>
  /** How many processes were. */
  readonly kills: number
  /** What was passed, in a rehearsal. */
  readonly passed: Passed | undefined
  readonly millis: number
}

const actWithin = 25_000
/** Whatever is not right by then is not right. */
const restWithin = 15_000
/** What is passed now and then may still be. */
const lateKill = 1_500

/** Instances that came to be by what was done in those that were founded belong to it as well. */
const grown = (stage: Stage.Stage) =>
  stage.lane.sql(
    Effect.gen(function* () {
      const sql = yield* PgClient.PgClient
      const opened = yield* sql<{ readonly copy: number }>`
        SELECT (payload->'passage'->>'copy')::float8 AS copy FROM wr2.event_log
        WHERE event_type = 'PassageOpened' AND ${sql.in("instance_id", [0, ...stage.founded])}`
      for (const { copy } of opened) {
        const made = yield* sql`SELECT 1 FROM wr2.instance_owner WHERE instance_id = ${copy}`
        if (made.length > 0) stage.founded.add(copy)
      }
    })
  )

/** The tables as of one moment. */
const tables = (stage: Stage.Stage) =>
  stage.lane.sql(
    Effect.gen(function* () {
      const sql = yield* PgClient.PgClient
      const ids = yield* sql<{ readonly id: number }>`
        SELECT id::int AS id FROM wr2.character_directory WHERE created
          AND ${sql.in("id", [0, ...stage.heroes.map(({ character }) => character)])}`
      return {
        instances: yield* Effect.forEach([...stage.founded], (id) => Tables.instance(erased, id)),
        characters: ids.map(({ id }) => id)
      }
    }).pipe(
      (read) => Effect.flatMap(PgClient.PgClient, (sql) => sql.withTransaction(read)),
      Effect.provideService(
        SqlClient.BeginTransaction,
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
      )
    )
  )

/** Types of Actions that wait where nobody is. */
const parked = erased.actions
  .filter(({ action }) => action.options.wakes === false)
  .map(({ action }) => action._tag)

/** Waits until nothing is due or under way, where somebody is to do it. */
const atRest = (stage: Stage.Stage) =>
  Harness.waitUntil(
    "nothing is due",
    stage.lane.sql(
      Effect.gen(function* () {
        const sql = yield* PgClient.PgClient
        const here = sql.in("instance_id", [0, ...stage.founded])
        const inside = stage.heroes.filter(({ entered, gone }) => entered && !gone)
        const due = yield* sql`
          SELECT 1 FROM wr2.action_queue JOIN wr2.instance_owner USING (instance_id)
          WHERE ${here} AND released_at IS NULL AND run_at <= clock_timestamp()
            AND idempotency_key <> ${unheard}
            AND (action_type NOT IN ${sql.in(parked)} OR instance_id IN (
              SELECT instance_id FROM wr2.character_directory
              WHERE ${sql.in("id", [0, ...inside.map(({ character }) => character)])}))
          LIMIT 1`
        const sent = yield* sql`SELECT 1 FROM wr2.instance_outbox WHERE ${here} LIMIT 1`
        return due.length + sent.length === 0
      })
    ),
    { within: 5_000, every: 20 }
  ).pipe(Effect.ignore)

/** Nobody may be left in an instance whose process is gone: then it is for the Waker. */
const waking = (stage: Stage.Stage) =>
  Effect.sleep(200).pipe(
    Effect.andThen(grown(stage)),
    Effect.andThen(
      Effect.suspend(() => stage.lane.order({ do: "wake", instances: [...stage.founded] }))
    ),
    Effect.ignore
  )

/** 8. What the owner holds is what the tables say. */
const projected = Effect.fnUntraced(function* (
  stage: Stage.Stage,
  { instances }: Pick<Evidence, "instances">
) {
  const wrong: Array<Violation> = []
  for (const { events, id, rows } of instances) {
    const held = (yield* stage.lane.order({ do: "held", instance: id })) as Held
    if (held === null) continue
    const rule = "projection is the rows"
    if (held.lastSeq !== events.length) {
      wrong.push({ rule, what: `${id}: as of ${held.lastSeq}, the log has ${events.length}` })
      continue
    }
    const [here, there] = [new Set(held.lines), new Set(Fold.lines(Fold.ofSnapshot(erased, rows)))]
    for (const line of here)
      if (!there.has(line)) wrong.push({ rule, what: `${id}: holds ${line}` })
    for (const line of there)
      if (!here.has(line)) wrong.push({ rule, what: `${id}: lacks ${line}` })
  }
  return wrong
})

/** A consumer's Commands are of Events that it heard, by their numbers: so each is had once. */
const consumed: Rule = ({ instances }) =>
  instances.flatMap(({ dead, events, id, log, queue }) => {
    const types = new Map(events.map(({ seq, type }) => [seq, type]))
    return [...log, ...dead, ...queue].flatMap(({ commandId }) => {
      const [, name, n] = /^consumer:([^:]+):.*#(\d+)$/.exec(commandId ?? "") ?? []
      const hears = erased.consumers.find((consumer) => consumer.name === name)?.events ?? []
      const type = types.get(Math.floor(Number(n) / Consumer.commandsMax))
      const isOf = name === undefined || hears.some(({ _tag }) => _tag === type)
      return isOf ? [] : [`${id}: ${commandId} is of no Event that it hears`]
    })
  })

/** Judges until all is well, or it is clear that it never will be. */
const judged = Effect.fnUntraced(function* (stage: Stage.Stage, scenario: Scenario) {
  const { judges = () => [], name, overlooks } = scenario
  const began = performance.now()
  while (true) {
    const waiting = stage.heroes.filter((hero) => hero.waiting() > 0)
    yield* grown(stage)
    const { characters, instances } = yield* tables(stage)
    const histories = stage.heroes.filter(({ gone }) => !gone).map(({ history }) => history)
    const found = [
      ...waiting.map(({ name }) => ({ rule: "every Command is answered", what: `${name} waits` })),
      ...judge(erased, { histories, instances, characters }),
      ...judges({ histories, instances, characters }).map((what) => ({ rule: name, what })),
      ...consumed({ histories, instances, characters }).map((what) => ({
        rule: "consumers have each Event once",
        what
      })),
      ...(yield* projected(stage, { instances }))
    ].filter((violation) => overlooks?.(violation) !== true)
    if (found.length === 0 || performance.now() - began > restWithin) return found
    yield* Effect.sleep(25)
  }
})

/**
 * Plays a scenario, killed at a place or not at all. `lives`: so many processes may die there, one after
 * the other, each the first time that it comes to it.
 */
export const run = Effect.fnUntraced(function* (
  lane: Lane,
  scenario: Scenario,
  at: Armed | undefined,
  lives = 1
): Effect.fn.Return<Outcome, unknown> {
  const began = performance.now()
  const scope = yield* Scope.make()
  const outcome = yield* Effect.exit(
    Effect.gen(function* () {
      const stage = yield* Stage.make(lane)
      yield* stage.found(scenario.place)
      const act = yield* scenario.play(stage)
      // What is due at its birth is no part of it.
      yield* atRest(stage)
      const main = stage.instance(scenario.released ?? scenario.place)

      // From here on it may end; then the next one begins at once.
      const death = yield* Deferred.make<void>()
      const ends: Array<Harness.Ended> = []
      let isUp = true
      if (scenario.begins === "killed") {
        yield* lane.kill
        isUp = yield* lane.restart(at)
      } else {
        yield* lane.order({ do: "arm", at: at ?? null })
      }
      const watching = yield* Effect.gen(function* () {
        yield* Effect.forkScoped(
          Effect.andThen(Deferred.await(death), Effect.forever(waking(stage)))
        )
        while (true) {
          ends.push(yield* lane.ended)
          isUp = false
          const again = at !== undefined && ends.length < lives
          isUp = yield* lane.restart(again ? { ...at, nth: 1 } : undefined)
          if (isUp) yield* Deferred.succeed(death, undefined)
        }
      }).pipe(Effect.forkScoped)
      if (!isUp) yield* Deferred.await(death)
      if (scenario.begins === "released") {
        yield* Effect.ignore(lane.order({ do: "release", instance: main }))
      }
      const acted = yield* act().pipe(
        Effect.timeoutOrElse({
          duration: actWithin,
          orElse: () => Effect.die("it does not come to an end")
        }),
        Effect.exit
      )
      const stuck: Array<Violation> = Exit.isSuccess(acted)
        ? []
        : [{ rule: "comes to rest", what: String(acted.cause).slice(0, 500) }]

      yield* atRest(stage)
      const passed =
        at === undefined ? ((yield* lane.order({ do: "passed" })) as Passed) : undefined
      const late = Effect.timeoutOption(Deferred.await(death), lateKill)
      if (at !== undefined && ((yield* late)._tag === "None" || ends.length < lives))
        yield* Effect.ignore(lane.order({ do: "arm", at: null }))
      // Whoever died in this very moment is started again.
      if (!(yield* lane.isRunning)) yield* Deferred.await(death)
      while (!isUp || !(yield* lane.isRunning)) yield* Effect.sleep(20)
      if (!(yield* Deferred.isDone(death))) yield* Fiber.interrupt(watching)
      const kills = at === undefined ? 0 : ends.length
      const wrong: Array<Violation> = [...stuck]
      const due = at === undefined ? 0 : lives
      const others = ends.filter(({ signal }, i) => signal !== "SIGKILL" || i >= due)
      for (const { code, signal } of others)
        wrong.push({ rule: "nothing else ends it", what: `${signal ?? code}` })
      yield* Effect.forEach(
        stage.heroes.filter(({ gone }) => !gone),
        (hero) => Effect.timeoutOption(hero.does(`say ${hero.name} is here`), restWithin),
        { concurrency: "unbounded", discard: true }
      )
      wrong.push(...(yield* judged(stage, scenario)))
      for (const instance of stage.founded) yield* lane.insist({ do: "retire", instance })
      return { killed: kills > 0, kills, violations: wrong, passed }
    }).pipe(Scope.provide(scope))
  )
  yield* Scope.close(scope, Exit.void)
  const done = yield* outcome
  return { ...done, millis: Math.round(performance.now() - began) }
})
