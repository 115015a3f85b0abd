/**
 * Dead letters for an operator: found, put back into the queue, or given up.
 *
 * Only the owner of an instance writes to its queue. So a redrive is an owner for one transaction: it
 * locks the owner's row, which waits for the cycle that is being committed and keeps the next from
 * beginning, moves letters to the queue, raises the epoch, and leaves. Whoever owned the instance
 * meets another epoch at its next commit and writes nothing; its successor finds the Actions pending.
 * Nobody released in order, so the successor is cautious: an Action that kills runners is counted.
 */
import { PgClient } from "@effect/sql-pg"
import { Array, Effect, Schema } from "effect"
import type { SqlError } from "effect/sql/SqlError"

/** Which letters. */
export interface Filter {
  readonly instance?: number | undefined
  readonly type?: string | undefined
  /** Died at or after this, in milliseconds. */
  readonly since?: number | undefined
  /** A reference, or `instance/number`. */
  readonly id?: string | undefined
  /** Dropped ones, too. */
  readonly dropped?: boolean | undefined
}

/** A row that the Action had locked, as it was before it. */
export interface Row {
  readonly aggregate: string
  readonly id: number
  readonly row: unknown
  readonly runtime?: unknown
  readonly corrupt?: true
}

/** One death of an Action. */
export interface Death {
  readonly error: string
  readonly now: number
  readonly runner: string | null
  readonly attempts: number
  readonly rule: number
  readonly contentHash: string
  readonly idBase: number | null
  readonly asOf: number | null
  /** Null where they are not known: it was not run, or did not say what it locks. */
  readonly rows: ReadonlyArray<Row> | null
  readonly rowsLeftOut: number
}

/** A death after which it was put back into the queue. */
export interface Past extends Death {
  readonly redrivenAt: number
  readonly redrivenBy: string
}

/** A dead letter with all that is known of it. */
export interface Letter extends Death {
  readonly reference: string
  readonly instance: number
  readonly no: number
  readonly type: string
  readonly version: number
  readonly payload: unknown
  readonly actor: { readonly type: string; readonly id: number } | null
  readonly commandId: string | null
  readonly cause: number | null
  readonly key: string
  readonly seed: number
  readonly priority: number
  readonly runAt: number
  readonly depth: number
  readonly dropped: { readonly at: number; readonly by: string; readonly why: string } | null
  /** Its earlier deaths, the first one first. */
  readonly past: ReadonlyArray<Past>
}

/** What became of an Action that was to be put back. */
export type Redriven =
  | { readonly _tag: "Queued" }
  /** It is no dead letter any more: somebody was faster. */
  | { readonly _tag: "Gone" }
  /** It died once more since it was looked at. */
  | { readonly _tag: "Again" }

/** Instances whose owner row could not be had in time. */
export class Held extends Schema.TaggedError<Held>()("Held", {
  instance: Schema.Int,
  message: Schema.String
}) {}

const millis = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`

/** A death as JSON, from a row `d` of dead_letter: also how it is kept when it is past. */
const death = `jsonb_build_object(
  'error', d.error, 'now', ${millis("d.now")}, 'runner', d.runner, 'attempts', d.attempts,
  'rule', d.rule, 'contentHash', d.content_hash, 'idBase', d.id_base, 'asOf', d.as_of,
  'rows', d.rows, 'rowsLeftOut', d.rows_left_out)`

const letter = `${death} || jsonb_build_object(
  'reference', d.reference, 'instance', d.instance_id, 'no', d.accept_no, 'type', d.action_type,
  'version', d.version, 'payload', d.payload, 'commandId', d.command_id, 'cause', d.cause,
  'actor', CASE WHEN d.actor_type IS NOT NULL
    THEN jsonb_build_object('type', d.actor_type, 'id', d.actor_id) END,
  'key', d.idempotency_key, 'seed', d.seed, 'priority', d.priority,
  'runAt', ${millis("d.run_at")}, 'depth', d.depth,
  'dropped', CASE WHEN d.dropped_at IS NOT NULL THEN jsonb_build_object(
    'at', ${millis("d.dropped_at")}, 'by', d.dropped_by, 'why', d.dropped_why) END,
  'past', coalesce((SELECT jsonb_agg(p.letter || jsonb_build_object(
      'redrivenAt', ${millis("p.redriven_at")}, 'redrivenBy', p.redriven_by) ORDER BY p.death)
    FROM wr2.dead_letter_past AS p
    WHERE p.instance_id = d.instance_id AND p.accept_no = d.accept_no), '[]'::jsonb))`

/** At most so many are listed or put back at once. */
export const most = 10_000

/** Letters, the latest first. */
export const list = Effect.fnUntraced(function* (filter: Filter) {
  const sql = yield* PgClient.PgClient
  const conditions = [
    ...(filter.instance === undefined ? [] : [sql`d.instance_id = ${filter.instance}`]),
    ...(filter.type === undefined ? [] : [sql`d.action_type = ${filter.type}`]),
    ...(filter.since === undefined
      ? []
      : [sql`d.now >= to_timestamp(${filter.since}::float8 / 1000)`]),
    ...(filter.id === undefined
      ? []
      : [sql`(d.reference = ${filter.id} OR d.instance_id || '/' || d.accept_no = ${filter.id})`]),
    ...(filter.dropped === true ? [] : [sql`d.dropped_at IS NULL`])
  ]
  const found = yield* sql<{ readonly letter: Letter }>`
    SELECT ${sql.literal(letter)} AS letter FROM wr2.dead_letter AS d
    WHERE ${sql.and(conditions.length === 0 ? [sql`true`] : conditions)}
    ORDER BY d.now DESC, d.instance_id, d.accept_no LIMIT ${most}`
  return found.map((row) => row.letter)
})

/** Where an Action is by now that is no dead letter any more, with its earlier deaths. */
export interface Trace {
  readonly instance: number
  readonly no: number
  readonly type: string | null
  readonly past: ReadonlyArray<Past>
  readonly now: "pending" | "done" | "refused" | "nowhere"
}

/** Actions of this reference or number that were put back once. */
export const traces = Effect.fnUntraced(function* (id: string) {
  const sql = yield* PgClient.PgClient
  return yield* sql<Trace>`
    SELECT p.instance_id::float8 AS instance, p.accept_no::float8 AS no,
      coalesce(max(q.action_type), max(l.action_type)) AS type,
      jsonb_agg(p.letter || jsonb_build_object('redrivenAt', ${sql.literal(millis("p.redriven_at"))},
        'redrivenBy', p.redriven_by) ORDER BY p.death) AS past,
      CASE WHEN max(q.accept_no) IS NOT NULL THEN 'pending'
        ELSE coalesce(max(l.outcome), 'nowhere') END AS now
    FROM wr2.dead_letter_past AS p
    LEFT JOIN wr2.action_queue AS q USING (instance_id, accept_no)
    LEFT JOIN wr2.action_log AS l USING (instance_id, accept_no)
    WHERE (p.letter ->> 'reference' = ${id} OR p.instance_id || '/' || p.accept_no = ${id})
      AND NOT EXISTS (SELECT 1 FROM wr2.dead_letter AS d
        WHERE d.instance_id = p.instance_id AND d.accept_no = p.accept_no)
    GROUP BY 1, 2 ORDER BY 1, 2`
})

/** Columns that an Action keeps on its way back; the rest begins anew. */
const kept = `instance_id, accept_no, action_type, version, payload, actor_type, actor_id,
  command_id, cause, idempotency_key, seed, priority`

/**
 * Moves letters of one instance to its queue, in one transaction. Each must have died as often as it
 * had when it was looked at: so whoever asks twice puts it back once.
 *
 * **Details** It keeps its number, key and seed. It is due now, behind what its actor has due, and no
 * longer part of a chain of causes.
 */
export const redrive = Effect.fn("wr2.redrive")(function* (
  instance: number,
  letters: ReadonlyArray<Pick<Letter, "no" | "past">>,
  by: string
): Effect.fn.Return<ReadonlyMap<number, Redriven>, SqlError | Held, PgClient.PgClient> {
  const sql = yield* PgClient.PgClient
  const numbers = letters.map(({ no }) => no)
  const deaths = letters.map(({ past }) => past.length)
  const moved = yield* sql
    .withTransaction(
      Effect.gen(function* () {
        yield* sql`SET LOCAL lock_timeout = '5s'`
        yield* sql`SELECT 1 FROM wr2.instance_owner WHERE instance_id = ${instance} FOR NO KEY UPDATE`
        const rows = yield* sql<{ readonly no: number }>`
          WITH wanted AS (
            SELECT * FROM unnest(${numbers}::bigint[], ${deaths}::int[]) AS w(accept_no, deaths)
          ), gone AS (
            DELETE FROM wr2.dead_letter AS d USING wanted AS w
            WHERE d.instance_id = ${instance} AND d.accept_no = w.accept_no AND d.dropped_at IS NULL
              AND w.deaths = (SELECT count(*) FROM wr2.dead_letter_past AS p
                WHERE p.instance_id = d.instance_id AND p.accept_no = d.accept_no)
            RETURNING d.*, w.deaths
          ), past AS (
            INSERT INTO wr2.dead_letter_past
              (instance_id, accept_no, death, letter, redriven_at, redriven_by)
            SELECT d.instance_id, d.accept_no, d.deaths + 1,
              ${sql.literal(death)} || jsonb_build_object('reference', d.reference),
              clock_timestamp(), ${by}
            FROM gone AS d
          ), queued AS (
            INSERT INTO wr2.action_queue (${sql.literal(kept)}, run_at, attempts, depth, at_once)
            SELECT ${sql.literal(kept)}, clock_timestamp(), 0, 0, true FROM gone
            RETURNING accept_no
          )
          SELECT accept_no::float8 AS no FROM queued`
        if (rows.length > 0) {
          yield* sql`
            UPDATE wr2.instance_owner SET epoch = epoch + 1, runner = 'redrive', incarnation = NULL,
              released_at = NULL, next_due = NULL
            WHERE instance_id = ${instance}`
        }
        return new Set(rows.map(({ no }) => no))
      })
    )
    .pipe(
      Effect.mapError((error) =>
        isLockTimeout(error)
          ? new Held({
              instance,
              message: `instance ${instance}: its owner row is held by another session (see pg_locks); nothing was put back, try again`
            })
          : error
      )
    )
  const left = numbers.filter((no) => !moved.has(no))
  const there = Array.isReadonlyArrayNonEmpty(left)
    ? yield* sql<{ readonly no: number }>`
        SELECT accept_no::float8 AS no FROM wr2.dead_letter
        WHERE instance_id = ${instance} AND accept_no = ANY (${left}::bigint[]) AND dropped_at IS NULL`
    : []
  const again = new Set(there.map(({ no }) => no))
  return new Map(
    numbers.map((no): [number, Redriven] => [
      no,
      { _tag: moved.has(no) ? "Queued" : again.has(no) ? "Again" : "Gone" }
    ])
  )
})

const isLockTimeout = (error: SqlError): boolean =>
  (error.reason.cause as { readonly code?: unknown } | undefined)?.code === "55P03"

/** Gives letters of one instance up: they stay, and say who and why. Answers the numbers of those. */
export const drop = Effect.fn("wr2.drop")(function* (
  instance: number,
  letters: ReadonlyArray<Pick<Letter, "no" | "past">>,
  { by, why }: { readonly by: string; readonly why: string }
) {
  const sql = yield* PgClient.PgClient
  const numbers = letters.map(({ no }) => no)
  const deaths = letters.map(({ past }) => past.length)
  const rows = yield* sql<{ readonly no: number }>`
    UPDATE wr2.dead_letter AS d
    SET dropped_at = clock_timestamp(), dropped_by = ${by}, dropped_why = ${why}
    FROM unnest(${numbers}::bigint[], ${deaths}::int[]) AS w(accept_no, deaths)
    WHERE d.instance_id = ${instance} AND d.accept_no = w.accept_no AND d.dropped_at IS NULL
      AND w.deaths = (SELECT count(*) FROM wr2.dead_letter_past AS p
        WHERE p.instance_id = d.instance_id AND p.accept_no = d.accept_no)
    RETURNING d.accept_no::float8 AS no`
  return new Set(rows.map(({ no }) => no))
})
