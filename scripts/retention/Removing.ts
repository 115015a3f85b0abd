/** The two ways to let go of history. */
import { Effect } from "effect"
import { connect, instances } from "./Logs.ts"

export interface Removed {
  readonly rows: number
  readonly seconds: number
  readonly walMiB: number
}

/** Rows that one transaction deletes. */
const chunk = 5_000

const logs = [
  ["event_log", "seq"],
  ["action_log", "accept_no"]
] as const

const timed = <E, R>(url: URL, remove: Effect.Effect<number, E, R>) =>
  Effect.gen(function* () {
    const own = yield* connect(url)
    const wal = Effect.map(
      own.query("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS at"),
      (found) => (found.rows[0] as { readonly at: number }).at
    )
    const from = yield* wal
    const began = performance.now()
    const rows = yield* remove
    const seconds = (performance.now() - began) / 1_000
    return { rows, seconds, walMiB: ((yield* wal) - from) / 2 ** 20 } satisfies Removed
  }).pipe(Effect.scoped)

/** Milliseconds of one statement. */
export const statement = (url: URL, text: string) =>
  Effect.gen(function* () {
    const own = yield* connect(url)
    const began = performance.now()
    yield* own.query(text)
    return performance.now() - began
  }).pipe(Effect.scoped)

/** Deletes what the first parts hold, in chunks by the key, then vacuums as autovacuum would. */
export const deletes = (url: URL, through: number) =>
  timed(
    url,
    Effect.gen(function* () {
      const own = yield* connect(url)
      const total = yield* own.query(
        `SELECT greatest(max(seq), 0) AS n FROM wr2.event_log WHERE instance_id = 1 AND payload ->> 'name' <> 'walker'`
      )
      const bound = yield* own.query(
        `SELECT coalesce(obj_description('wr2.event_log'::regclass), '') AS n`
      )
      // The bound of the filled part is written down once: what writers add is not removed.
      const noted = String((bound.rows[0] as { readonly n: string }).n)
      const filled =
        noted === "" ? Number((total.rows[0] as { readonly n: bigint }).n) : Number(noted)
      if (noted === "") yield* own.query(`COMMENT ON TABLE wr2.event_log IS '${filled}'`)
      const upTo = Math.floor((filled * through) / 12)
      let rows = 0
      for (const [log, key] of logs) {
        for (let instance = 1; instance <= instances; instance++) {
          for (let count = chunk; count === chunk;) {
            const done = yield* own.query(
              `WITH gone AS (DELETE FROM wr2.${log} AS l USING (SELECT ctid FROM wr2.${log} WHERE instance_id = $1 AND ${key} <= $2 ORDER BY ${key} LIMIT ${chunk}) AS o WHERE l.ctid = o.ctid RETURNING 1) SELECT count(*)::int AS n FROM gone`,
              [BigInt(instance), BigInt(upTo)]
            )
            count = (done.rows[0] as { readonly n: number }).n
            if (log === "event_log") rows += count
          }
        }
        yield* own.query(`VACUUM wr2.${log}`)
      }
      return rows
    })
  )

/** Takes the first volumes out and drops them; one that an open transaction holds stays for later. */
export const drops = (url: URL, through: number) =>
  timed(
    url,
    Effect.gen(function* () {
      const own = yield* connect(url)
      yield* own.query("SET lock_timeout = '1s'")
      let rows = 0
      for (const [log] of logs) {
        const there = yield* own.query(
          `SELECT c.relname AS name, i.inhdetachpending AS pending, c.reltuples::float8 AS n FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
           WHERE i.inhparent = 'wr2.${log}'::regclass AND substring(c.relname FROM '\\d+$')::int <= $1 ORDER BY c.oid`,
          [through]
        )
        for (const { n, name, pending } of there.rows as ReadonlyArray<any>) {
          const done = yield* Effect.exit(
            Effect.andThen(
              own.query(
                `ALTER TABLE wr2.${log} DETACH PARTITION wr2.${name} ${pending ? "FINALIZE" : "CONCURRENTLY"}`
              ),
              own.query(`DROP TABLE wr2.${name}`)
            )
          )
          if (done._tag === "Failure") break
          if (log === "event_log") rows += n
        }
      }
      return rows
    })
  )
