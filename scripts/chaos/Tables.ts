/** Reads all that the tables say about a world, by plain SQL. */
import { PgClient } from "@effect/sql-pg"
import type { Game } from "@wr2/core"
import { Effect } from "effect"
import type { Acted, Instance, Logged, Posted, Row } from "./History.ts"

const action = `accept_no::float8 AS "no", action_type AS "type", payload, command_id AS "commandId",
  cause::float8 AS "cause", idempotency_key AS "key", run_at <= clock_timestamp() AS "due"`

/** An aggregate's rows as they are in its table. */
const rowsOf = Effect.fnUntraced(function* (game: Game.Any, instance: number) {
  const sql = yield* PgClient.PgClient
  const found: Array<Row> = []
  for (const aggregate of game.aggregates) {
    const { runtime } = aggregate
    const rows = yield* sql.unsafe<{
      readonly row: Readonly<Record<string, unknown>>
      readonly data: Readonly<Record<string, unknown>> | null
    }>(
      runtime === undefined
        ? `SELECT to_jsonb(o) AS row, NULL::jsonb AS data FROM wr2."${aggregate.table}" AS o WHERE o.instance_id = $1`
        : `SELECT to_jsonb(o) AS row, r.data FROM wr2."${aggregate.table}" AS o
           LEFT JOIN wr2."${runtime.table}" AS r USING (instance_id, id) WHERE o.instance_id = $1`,
      [instance]
    )
    for (const { data, row } of rows) {
      const fields = aggregate.columns.map(({ field, name }) => [field, row[name]])
      const { _built_at, _cache_version, ...rest } = data ?? {}
      found.push({
        aggregate: aggregate._tag,
        row: { id: row["id"] as number, ...Object.fromEntries(fields) },
        ...(data === null ? {} : { runtime: rest })
      })
    }
  }
  return found
})

/** One instance. */
export const instance = Effect.fnUntraced(function* (game: Game.Any, id: number) {
  const sql = yield* PgClient.PgClient
  const select = <A extends object>(text: string) => sql.unsafe<A>(text, [id])
  const births = yield* select<{ rows: ReadonlyArray<Row> }>(
    "SELECT rows FROM wr2.snapshot WHERE instance_id = $1 AND seq = 0 ORDER BY part"
  )
  const events = yield* select<Logged>(
    `SELECT seq::float8 AS seq, event_type AS type, payload, streams, action_id::float8 AS "actionNo",
       command_id AS "commandId", (extract(epoch FROM created_at) * 1000)::float8 AS at
     FROM wr2.event_log WHERE instance_id = $1 ORDER BY seq`
  )
  const log = yield* select<Acted>(
    `SELECT ${action}, first_seq::float8 AS "firstSeq" FROM wr2.action_log WHERE instance_id = $1 ORDER BY accept_no`
  )
  const queue = yield* select<Acted>(
    `SELECT ${action}, NULL::float8 AS "firstSeq" FROM wr2.action_queue WHERE instance_id = $1`
  )
  const dead = yield* select<Acted & { readonly error: string }>(
    `SELECT ${action}, NULL::float8 AS "firstSeq", error FROM wr2.dead_letter WHERE instance_id = $1`
  )
  const outbox = yield* select<Posted>(
    "SELECT n::float8 AS n, target::float8 AS target, command FROM wr2.instance_outbox WHERE instance_id = $1 ORDER BY n"
  )
  const cursors = yield* select<{ actor: string; n: number }>(
    "SELECT actor, last_n::float8 AS n FROM wr2.command_cursor WHERE instance_id = $1"
  )
  return {
    id,
    birth: births.flatMap(({ rows }) => rows),
    rows: yield* rowsOf(game, id),
    events,
    log,
    queue,
    dead,
    outbox,
    cursors: new Map(cursors.map(({ actor, n }) => [actor, n]))
  } satisfies Instance
})

/** The whole world: its instances and its characters. */
export const world = Effect.fnUntraced(function* (game: Game.Any) {
  const sql = yield* PgClient.PgClient
  const ids = yield* sql.unsafe<{ id: number }>(
    "SELECT instance_id::float8 AS id FROM wr2.instance_owner ORDER BY 1"
  )
  const characters = yield* sql.unsafe<{ id: number }>(
    "SELECT id::float8 AS id FROM wr2.character_directory WHERE created ORDER BY 1"
  )
  return {
    instances: yield* Effect.forEach(ids, ({ id }) => instance(game, id)),
    characters: characters.map(({ id }) => id)
  }
})

/** What is under way or due: nothing of it is left when the world has come to rest. */
export const unsettled = Effect.gen(function* () {
  const sql = yield* PgClient.PgClient
  const [row] = yield* sql.unsafe<{ count: number }>(
    `SELECT ((SELECT count(*) FROM wr2.instance_outbox)
       + (SELECT count(*) FROM wr2.action_queue WHERE command_id IS NOT NULL AND cause IS NULL AND run_at <= clock_timestamp()))::float8 AS count`
  )
  return row!.count
})
