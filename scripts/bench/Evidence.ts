/** What the tables say of a run, once it is over: how much was done, and whether all of it is right. */
import { prepare } from "@wr2/engine/GameDef"
import { MemoryDatabase } from "@wr2/engine/Memory"
import * as Auditing from "@wr2/postgres/Auditing"
import { Database } from "@wr2/postgres/Database"
import { defaults, Settings } from "@wr2/postgres/Settings"
import * as Invariants from "@wr2/testkit/Invariants"
import { Context, Effect, Layer } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { historyOf } from "../../test/simulation/Checks.ts"
import { game } from "./Crowd.ts"

export class Evidence extends Context.Service<
  Evidence,
  {
    /** Actions that were done from one time to another, in milliseconds since 1970. */
    readonly actions: (from: number, until: number) => Effect.Effect<number>
    /**
     * What is wrong, when so many Commands were accepted. Every instance's Commands and seqs are
     * counted; the rows of those in `audited` are compared with the fold of their Events.
     */
    readonly problems: (
      accepted: number,
      audited: ReadonlyArray<number>
    ) => Effect.Effect<ReadonlyArray<string>>
  }
>()("wr2/bench/Evidence") {}

/** Rows that were put there for the bench have no history of Actions: those rules are not asked. */
const rules: ReadonlySet<string> = new Set(["seqs", "folds", "decodes", "conserved"])

const unequal = (accepted: number, logged: number): ReadonlyArray<string> =>
  accepted === logged ? [] : [`${accepted} Commands accepted, ${logged} logged`]

const fromPostgres = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const database = yield* Database
  const count = (text: string, ...params: ReadonlyArray<number>) =>
    Effect.map(sql.unsafe<{ count: unknown }>(text, params), ([row]) => Number(row!.count)).pipe(
      Effect.orDie
    )
  const waiting = count("SELECT count(*) FROM wr2.action_queue WHERE command_id IS NOT NULL")
  return {
    actions: (from: number, until: number) =>
      count(
        "SELECT count(*) FROM wr2.action_log WHERE now >= to_timestamp($1 / 1000.0::float8) " +
          "AND now < to_timestamp($2 / 1000.0::float8)",
        from,
        until
      ),
    problems: Effect.fnUntraced(function* (accepted: number, audited: ReadonlyArray<number>) {
      for (let i = 0; i < 100 && (yield* waiting) > 0; i++) yield* Effect.sleep(100)
      const logged = yield* count("SELECT count(DISTINCT command_id) FROM wr2.action_log")
      const gaps = yield* count(
        "SELECT count(*) FROM (SELECT instance_id FROM wr2.event_log GROUP BY instance_id " +
          "HAVING max(seq) <> count(*) OR min(seq) <> 1) AS gap"
      )
      const dead = yield* Effect.orDie(
        sql<{ error: string }>`SELECT error FROM wr2.dead_letter LIMIT 1`
      )
      const { findings } = yield* Auditing.audit(database, {
        definition: prepare(game),
        instances: audited,
        pause: 0,
        page: 1_000,
        progress: () => Effect.void
      }).pipe(Effect.orDie)
      return [
        ...unequal(accepted, logged),
        ...(gaps === 0 ? [] : [`seqs with gaps in ${gaps} instances`]),
        ...dead.map(({ error }) => `dead letter: ${error.slice(0, 200)}`),
        ...findings
          .filter(({ rule }) => rules.has(rule))
          .map(({ instance, rule, what }) => `instance ${instance}: ${rule}: ${what}`)
      ]
    })
  }
})

/**
 * An audit rests in its transaction three times as long as it worked. Nobody plays on meanwhile here,
 * and instances may be a hundred times as large as a world's: its session may rest for longer.
 */
const patient = Layer.succeed(Settings, {
  ...defaults,
  control: { ...defaults.control, idle: 120_000, transaction: 600_000 }
})

/** Actions done a second, in a time in milliseconds since 1970. */
export const perSecond = ({ from, until }: { readonly from: number; readonly until: number }) =>
  Effect.flatMap(Evidence, ({ actions }) =>
    Effect.map(actions(from, until), (count) => (count * 1_000) / (until - from))
  )

/** What those who played know of it afterwards. */
export interface Settled {
  readonly accepted: number
  /** What was turned away, or never heard of. */
  readonly wrong: ReadonlyArray<string>
}

/** What is wrong by what all know who played, and by the tables. */
export const problemsOf = Effect.fnUntraced(function* (
  all: ReadonlyArray<Settled>,
  audited: ReadonlyArray<number>
) {
  const { problems } = yield* Evidence
  const accepted = all.reduce((sum, each) => sum + each.accepted, 0)
  return [...all.flatMap(({ wrong }) => wrong), ...(yield* problems(accepted, audited))]
})

/** From the tables of the database that the engine runs on. */
export const layerPostgres = Layer.effect(Evidence, fromPostgres).pipe(
  Layer.provide(Layer.fresh(Database.layer)),
  Layer.provide(patient)
)

const fromMemory = Effect.gen(function* () {
  const { kept, state } = yield* MemoryDatabase
  return {
    actions: (from: number, until: number) =>
      Effect.sync(() => {
        let count = 0
        for (const { log } of state.instances.values())
          for (const { now } of log.values()) if (now >= from && now < until) count++
        return count
      }),
    problems: Effect.fnUntraced(function* (accepted: number, audited: ReadonlyArray<number>) {
      const waiting = () =>
        [...state.instances.values()].some(({ queue }) =>
          [...queue.values()].some(({ commandId }) => commandId !== null)
        )
      for (let i = 0; i < 100 && waiting(); i++) yield* Effect.sleep(100)
      const logged = new Set<string>()
      const wrong: Array<string> = []
      for (const [instance, { dead, events, log }] of state.instances) {
        for (const { commandId } of log.values()) if (commandId !== null) logged.add(commandId)
        if (events.some(({ seq }, i) => seq !== i + 1)) wrong.push(`${instance}: seqs with gaps`)
        for (const { error } of dead.values()) wrong.push(`dead letter: ${error.slice(0, 200)}`)
      }
      const sample = yield* Effect.forEach(audited, (instance) =>
        Effect.map(kept(instance), (tables) => Invariants.folds(game, historyOf(instance, tables!)))
      )
      return [...unequal(accepted, logged.size), ...wrong, ...sample.flat()]
    })
  }
})

/** From the memory that the engine runs on. */
export const layerMemory = Layer.effect(Evidence, fromMemory)
