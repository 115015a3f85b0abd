/** A database that has seen something: a million timers that wait, millions of Events. */
import { PgConnection } from "@effect/sql-pg"
import { Limits } from "@wr2/engine"
import { Effect, Layer } from "effect"
import type { Redacted } from "effect"
import { database, ratio } from "../Case.ts"
import type { Case, Settings, Side } from "../Case.ts"
import * as Field from "../Field.ts"
import { crowd } from "../Crowd.ts"
import * as Load from "../Load.ts"
import { instancesOf, walk } from "../Workload.ts"

const instances = 20
const players = 120
/** Whose rows are compared with the fold of all its Events: the one that has only those of the run. */
const young = 1_019
const first = 1_000
const last = young - 1

/** Statements on a connection of their own, one after the other. */
const script = (url: Redacted.Redacted, statements: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const connection = yield* PgConnection.make({ url, applicationName: "bench" })
    for (const text of statements) yield* connection.query(text)
  }).pipe(Effect.scoped)

/** A field with what lies in its tables, measured in turn with one that has nothing there. */
const side = Effect.fnUntraced(function* (
  settings: Settings,
  options: {
    readonly figure: string
    readonly name: string
    readonly statements: ReadonlyArray<string>
  }
) {
  const { figure, name, statements } = options
  const url = yield* database(settings)
  const context = yield* Layer.build(Field.onPostgres(url, Limits.defaults))
  const field = yield* Field.open({
    instances: instancesOf(instances),
    ids: 1_000 + players,
    begin: (instance, firstId) => crowd({ instance, firstId, players, fights: 0, now: Date.now() }),
    prepare: script(url, statements),
    audited: [young]
  }).pipe(Effect.provideContext(context))
  return {
    name,
    suites: ["full"],
    measure: Effect.gen(function* () {
      const { from, until } = yield* Load.closed(field, {
        seconds: settings.seconds,
        command: walk
      })
      return {
        figures: [
          { name: figure, unit: "Actions/s", value: yield* field.perSecond(from, until) },
          ...Load.latencies(figure, field, { from, until })
        ],
        wrong: yield* field.problems
      }
    })
  } satisfies Side
})

const timers = 1_000_000
const fewTimers = "timers, none pending"
const manyTimers = "timers, 1,000,000 pending"

/** Due from an hour from now on: they lie there, as those of a world do that sleeps. */
const pending = `
INSERT INTO wr2.action_queue (instance_id, accept_no, action_type, version, payload, idempotency_key,
    seed, priority, run_at, attempts, depth)
  SELECT i, 1000000 + s, 'AttackRound', 1,
    jsonb_build_object('_tag', 'AttackRound', 'fight', s, 'character', s, 'mob', s), 'bench/' || s, s, 0,
    now() + interval '1 hour' + s * interval '1 second', 0, 0
  FROM generate_series(${first}, ${young}) AS i, generate_series(1, ${timers / instances}) AS s`

export const waiting: Case = {
  name: "timers",
  about: "A million pending timers against none",
  suites: ["full"],
  open: (settings) =>
    Effect.gen(function* () {
      const none = yield* side(settings, { name: "none", figure: fewTimers, statements: [] })
      yield* settings.say("  a million timers are set")
      const statements = [pending, "VACUUM ANALYZE wr2.action_queue", "CHECKPOINT"]
      const all = yield* side(settings, { name: "a million", figure: manyTimers, statements })
      return [none, all]
    }),
  targets: [ratio("a million pending timers / none", manyTimers, fewTimers, 0.9)]
}

const shortLog = "event log, empty"
const longLog = "event log, long"
const volumes = 10

/** Rows of one volume, written to it as it lies; then the next volume's turn, as retention makes it. */
const volume = (n: number, perVolume: number): ReadonlyArray<string> => {
  const before = (n - 1) * perVolume
  return [
    `INSERT INTO wr2.event_log_${n} (instance_id, seq, event_type, version, payload, streams,
        created_at, command_id, actor_type, actor_id, volume)
      SELECT o.instance_id, s, 'Said', 1,
        jsonb_build_object('_tag', 'Said', 'room', o.start, 'text', 'So it is.', 'speaker',
          jsonb_build_object('kind', 'character', 'id', o.start, 'name', 'walker' || s % 600)),
        ARRAY['room:' || o.start], now(), 'bench#' || s, 'Character', o.start, ${n}
      FROM wr2.instance AS o, generate_series(${before + 1}, ${before + perVolume}) AS s
      WHERE o.instance_id <> ${young} ORDER BY s, o.instance_id`,
    `SELECT wr2.make_volume('event_log', ${n + 1}), wr2.make_volume('action_log', ${n + 1})`,
    `UPDATE wr2.log_turn SET volume = ${n + 1}`,
    `UPDATE wr2.log_volume SET closed_at = now(), sealed_at = now() WHERE volume = ${n}`,
    `INSERT INTO wr2.log_volume (volume, opened_at) VALUES (${n + 1}, now())`,
    `INSERT INTO wr2.log_span (instance_id, volume, first_seq, last_seq, last_no, last_now)
      SELECT i, ${n}, ${before + 1}, ${before + perVolume}, 0, now() FROM generate_series(${first}, ${last}) AS i`,
    `ANALYZE wr2.event_log_${n}`
  ]
}

export const history: Case = {
  name: "long-log",
  about: "20 million rows in the event log (--rows) against none",
  suites: ["full"],
  open: (settings) =>
    Effect.gen(function* () {
      const none = yield* side(settings, { name: "empty", figure: shortLog, statements: [] })
      yield* settings.say(`  ${settings.rows.toLocaleString("en-US")} Events are written`)
      const perVolume = Math.ceil(settings.rows / volumes / (last - first + 1))
      const statements = Array.from({ length: volumes }, (_, i) => volume(i + 1, perVolume)).flat()
      const all = yield* side(settings, {
        name: "long",
        figure: longLog,
        statements: [...statements, "CHECKPOINT"]
      })
      return [none, all]
    }),
  targets: [ratio("a long event log / an empty one", longLog, shortLog, 0.9)]
}
