/** Consumers for an operator: how far they are, why they do not go on, and going on. */
import { PgClient } from "@effect/sql-pg"
import { Effect } from "effect"
import type { SqlError } from "effect/sql/SqlError"
import * as Volumes from "./queries/volumes.ts"

/** A consumer over all instances. */
export interface Standing {
  readonly consumer: string
  readonly instances: number
  /** Events that it has not done. */
  readonly behind: number
  readonly parked: number
}

/** A consumer that does not go on in an instance. */
export interface Stuck {
  readonly consumer: string
  readonly instance: number
  /** The Event at which it stopped. */
  readonly at: number
  readonly error: string
  /** In milliseconds since 1970. */
  readonly since: number
}

/** The last seq of an instance. What its owner's row says is as old as its last release. */
const newest = `greatest(${Volumes.newest("c.instance_id")},
  (SELECT o.last_seq FROM wr2.instance_owner AS o WHERE o.instance_id = c.instance_id))`

/** All consumers, by name. */
export const standings: Effect.Effect<
  ReadonlyArray<Standing>,
  SqlError,
  PgClient.PgClient
> = Effect.flatMap(
  PgClient.PgClient,
  (sql) => sql<Standing>`
      SELECT c.consumer, count(*)::int AS instances,
        count(c.parked_at)::int AS parked,
        sum(greatest(0, ${sql.literal(newest)} - c.seq))::float8 AS behind
      FROM wr2.consumer_offset AS c
      GROUP BY c.consumer ORDER BY c.consumer`
)

/** Those that are parked, the latest first. */
export const stuck = (
  limit: number
): Effect.Effect<ReadonlyArray<Stuck>, SqlError, PgClient.PgClient> =>
  Effect.flatMap(
    PgClient.PgClient,
    (sql) => sql<Stuck>`
      SELECT c.consumer, c.instance_id::float8 AS instance, c.parked_seq::float8 AS at, c.error,
        (extract(epoch FROM c.parked_at) * 1000)::float8 AS since
      FROM wr2.consumer_offset AS c WHERE c.parked_at IS NOT NULL
      ORDER BY c.parked_at DESC, c.instance_id LIMIT ${limit}`
  )

/**
 * Lets a parked consumer go on, in one instance or in all; answers in which. `skip`: without the Event
 * that it stopped at, or without those that retention has dropped.
 */
export const resume = (options: {
  readonly consumer: string
  readonly instance?: number | undefined
  readonly skip: boolean
}): Effect.Effect<ReadonlyArray<number>, SqlError, PgClient.PgClient> =>
  Effect.flatMap(PgClient.PgClient, (sql) =>
    Effect.map(
      sql<{ readonly instance: number }>`
        UPDATE wr2.consumer_offset AS c SET parked_at = NULL, parked_seq = NULL, error = NULL,
          moved_at = now(), seq = CASE WHEN ${options.skip} THEN greatest(c.parked_seq,
            coalesce(${sql.literal(Volumes.oldest("c.instance_id"))} - 1, ${sql.literal(newest)}))
            ELSE c.seq END
        WHERE c.consumer = ${options.consumer} AND c.parked_at IS NOT NULL
          AND (${options.instance ?? null}::bigint IS NULL OR c.instance_id = ${options.instance ?? null}::bigint)
        RETURNING c.instance_id::float8 AS instance`,
      (rows) => rows.map(({ instance }) => instance).sort((a, b) => a - b)
    )
  )
