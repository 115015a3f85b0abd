/**
 * Stops a runner in the middle of a result: it takes an instance, and the database is still writing
 * what it loads when it freezes.
 */
import { hostname } from "node:os"
import { PgClient } from "@effect/sql-pg"
import type { Judge } from "@wr2/testkit/DelayProxy"
import * as Harness from "@wr2/testkit/Harness"
import { Effect } from "effect"
import type { Arena, Member } from "./Arena.ts"

/** More than the buffers of two sockets hold: the database has to wait for its reader. */
const ballastBytes = 12_000_000
/** Nobody's cursor: no Command ever comes of it, and its replies are loaded with all others. */
const ballast = "ballast:0"
const readWithin = 7_000

const put = `INSERT INTO wr2.command_cursor (instance_id, actor, last_n, replies)
  SELECT instance_id, '${ballast}', 1, jsonb_build_array(jsonb_build_object('n', 1, 'reply',
    jsonb_build_object('_tag', 'Rejected', 'n', 1, 'reason', repeat('.', ${ballastBytes}))))
  FROM wr2.instance_owner ON CONFLICT DO NOTHING`
const take = `DELETE FROM wr2.command_cursor WHERE actor = '${ballast}'`
/** Who is told this loads it. By what it is told, not by what it asks: statements that it knows it asks for by a name. */
const heavy = ".".repeat(1_000)

/**
 * `owner` ends in order, and is started again; whoever of the others takes an instance of its first
 * freezes while it reads. `millis`: for how long. Fails when nobody came to read, or the database had
 * written it all.
 */
export const freezeReader = (
  arena: Arena,
  owner: Member,
  others: ReadonlyArray<Member>,
  millis: number
) => {
  const run = (text: string) =>
    arena.sql(Effect.flatMap(PgClient.PgClient, (sql) => sql.unsafe<{ pid: number }>(text)))
  const leave = (member: Member): void => {
    member.proxy.judge(() => "pass")
    member.busy = false
  }
  let reader: Member | undefined
  const blocked = Effect.suspend(() => {
    if (reader === undefined) return Effect.succeed(false)
    const name = `wr2:${hostname()}-${reader.process().pid}`
    return Effect.map(
      run(`SELECT pid FROM pg_stat_activity WHERE application_name = '${name}'
        AND wait_event = 'ClientWrite'`),
      (found) => found.length > 0
    )
  })
  const frozen = Effect.gen(function* () {
    yield* Harness.waitUntil("the database waits for its reader", blocked, { within: readWithin })
    yield* reader!.process().freeze
    yield* Effect.ensuring(Effect.sleep(millis), reader!.process().thaw)
    yield* reader!.proxy.release
  })
  return Effect.gen(function* () {
    for (const other of others) {
      other.busy = true
      const loads: Judge = (chunk) => {
        if (reader !== undefined || !chunk.includes(heavy)) return "pass"
        reader = other
        others.filter((each) => each !== other).forEach(leave)
        return "hold"
      }
      other.proxy.judge(() => "pass", loads)
    }
    yield* run(put)
    yield* owner.process().stop()
    // Whatever becomes of the other, this one is started to the end.
    const [outcome] = yield* Effect.all([Effect.exit(frozen), owner.start], { concurrency: 2 })
    yield* outcome
    return true
  }).pipe(
    Effect.ensuring(
      Effect.suspend(() => {
        others.filter((other) => reader === undefined || other === reader).forEach(leave)
        return Effect.andThen(
          Effect.forEach(others, ({ proxy }) => proxy.release, { discard: true }),
          Effect.ignore(run(take))
        )
      })
    )
  )
}
