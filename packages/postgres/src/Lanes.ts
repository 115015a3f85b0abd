/**
 * Connections that are lent whole: to one effect at a time, multiplexed, not pinned, so that a
 * flight of statements costs one round trip. A connection whose effect failed, was interrupted or
 * left a result unread is closed and never lent again.
 */
import { PgConnection } from "@effect/sql-pg"
import { StoreError } from "@wr2/engine/InstanceStore"
import { Cause, Clock, Context, Effect, Exit, Result, Schedule, Scope, Semaphore } from "effect"
import type { SqlError } from "effect/sql/SqlError"
import type { Statement } from "./Statement.ts"
import { fromSql } from "./StoreErrors.ts"

/** A connection, lent whole. */
export type Connection = PgConnection.PgConnection
/** Rows by position. */
export type Rows = ReadonlyArray<ReadonlyArray<any>>

export interface Lanes {
  /** Lends a connection, waiting for one to be free; opens it when there is none. */
  readonly use: <A, E>(
    f: (connection: Connection) => Effect.Effect<A, E>
  ) => Effect.Effect<A, E | StoreError>
}

/** How connections are opened. A reference: fault tests see every statement of every adapter by it. */
export const Dial = Context.Reference<typeof PgConnection.make>("wr2/postgres/Dial", {
  defaultValue: () => PgConnection.make
})

/**
 * Whether the driver knows that the connection is gone: the server restarted while it lay idle.
 *
 * The driver tells its own pool by this internal field; should it go away, such a connection is found
 * dead by the first statement on it, and the transaction is Transient.
 */
const isDead = (connection: Connection): boolean => {
  const internals = (
    connection as unknown as Record<string, { readonly deadError?: () => unknown } | undefined>
  )["~@effect/sql-pg/PgConnection/internals"]
  return internals?.deadError?.() !== undefined
}

interface Lane {
  readonly connection: Connection
  readonly scope: Scope.Closeable
  /** When its present effect began. */
  since: number
  closed: boolean
}

/** Connections of one kind; opened when they are needed, closed with the scope. */
export const make = Effect.fnUntraced(function* (options: {
  readonly config: PgConnection.Config
  readonly size: number
  /** An effect that takes longer loses its connection: the server cannot be reached any more. */
  readonly within: number
  readonly reconnectFirst: number
  readonly reconnectMax: number
}): Effect.fn.Return<Lanes, never, Scope.Scope> {
  const scope = yield* Effect.scope
  const clock = yield* Clock.Clock
  // Not the time of day: put back by minutes, nothing would be opened for as long.
  const monotonic = () => Number(clock.monotonicTimeNanosUnsafe() / 1_000_000n)
  const dial = yield* Dial
  const permits = Semaphore.makeUnsafe(options.size)
  const idle: Array<Lane> = []
  const busy = new Set<Lane>()
  let failures = 0
  let notBefore = 0

  const close = (lane: Lane, exit: Exit.Exit<unknown, unknown>) => {
    lane.closed = true
    return Scope.close(lane.scope, exit)
  }
  const open: Effect.Effect<Lane, StoreError> = Effect.gen(function* () {
    const wait = notBefore - monotonic()
    if (wait > 0) yield* Effect.sleep(wait)
    const laneScope = yield* Scope.fork(scope)
    const connection = yield* dial(options.config).pipe(
      Scope.provide(laneScope),
      Effect.onError((cause) => {
        const pause = Math.min(options.reconnectMax, options.reconnectFirst * 2 ** failures++)
        notBefore = monotonic() + pause
        return Scope.close(laneScope, Exit.failCause(cause))
      }),
      Effect.mapError((error) => fromSql(error, false))
    )
    failures = 0
    return { connection, scope: laneScope, since: 0, closed: false }
  })

  // The server keeps its own timeouts; this one is for a network that swallows the answers.
  yield* Effect.suspend(() => {
    const late = monotonic() - options.within
    return Effect.forEach(
      [...busy].filter((lane) => lane.since < late),
      (lane) =>
        Effect.andThen(
          Effect.logWarning("PostgreSQL does not answer: a connection is given up"),
          close(lane, Exit.void)
        ),
      { discard: true }
    )
  }).pipe(Effect.repeat(Schedule.spaced(1_000)), Effect.forkScoped)

  return {
    use: (f) =>
      permits.withPermit(
        Effect.uninterruptibleMask((restore) =>
          Effect.gen(function* () {
            let lane = idle.pop()
            while (lane !== undefined && isDead(lane.connection)) {
              yield* close(lane, Exit.void)
              lane = idle.pop()
            }
            lane ??= yield* restore(open)
            lane.since = monotonic()
            busy.add(lane)
            const exit = yield* Effect.exit(restore(f(lane.connection)))
            busy.delete(lane)
            if (Exit.isSuccess(exit) && !lane.closed) idle.push(lane)
            else yield* close(lane, exit)
            return yield* exit
          })
        )
      )
  }
})

/**
 * The first error, as the engine's: those behind it in a flight only say that the transaction is
 * aborted.
 */
const firstError =
  (commitSent: boolean) =>
  <A>(effect: Effect.Effect<A, SqlError>): Effect.Effect<A, StoreError> =>
    Effect.catchCause(effect, (cause) =>
      Result.match(Cause.findError(cause), {
        onSuccess: (error) => Effect.fail(fromSql(error, commitSent)),
        onFailure: Effect.failCause
      })
    )

/**
 * Sends statements at once and reads all results: one round trip. Fails with the first error; a
 * statement that cannot be encoded keeps all that follow it from being sent.
 */
export const flight = (
  connection: Connection,
  statements: ReadonlyArray<Statement>
): Effect.Effect<ReadonlyArray<Rows>, StoreError> =>
  Effect.all(
    statements.map(({ params, text }) => connection.queryValues(text, params)),
    { concurrency: "unbounded" }
  ).pipe(firstError(false))

/** As {@link flight}, with COMMIT behind it: succeeds only when the server says that it committed. */
export const flightAndCommit = (
  connection: Connection,
  statements: ReadonlyArray<Statement>
): Effect.Effect<void, StoreError> =>
  Effect.all(
    [
      ...statements.map(({ params, text }) => Effect.as(connection.queryValues(text, params), "")),
      Effect.map(connection.query("COMMIT"), ({ command }) => command)
    ],
    { concurrency: "unbounded" }
  ).pipe(
    firstError(true),
    Effect.flatMap((tags) =>
      tags[tags.length - 1] === "COMMIT"
        ? Effect.void
        : Effect.fail(
            new StoreError({ reason: "Transient", message: "COMMIT rolled the transaction back" })
          )
    )
  )

/** Begins a transaction. */
export const begin: Statement = { text: "BEGIN ISOLATION LEVEL READ COMMITTED", params: [] }
/** Ends it: nothing was written. */
export const rollback: Statement = { text: "ROLLBACK", params: [] }

/** One statement on any connection: a transaction of its own. */
export const one = (lanes: Lanes, statement: Statement): Effect.Effect<Rows, StoreError> =>
  lanes.use((connection) =>
    connection.queryValues(statement.text, statement.params).pipe(firstError(false))
  )
