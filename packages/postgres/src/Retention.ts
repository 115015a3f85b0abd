/**
 * Lets go of history by whole volumes (migration 0004), on one process of the world at a time.
 *
 * **Details** Each pass looks at what there is and does what is missing, so it may end anywhere and be
 * done again: volumes given up are taken out and dropped, the next volume is made ahead, one that was
 * turned is sealed once nobody can write to it any more, and the policy says what else.
 *
 * Nothing here takes a lock that a cycle would wait for. A transaction that lies open somewhere and has
 * read a log keeps volumes from being taken out: that is tried for `lockWithin`, and again at the next
 * pass. Cycles go on meanwhile, also when nobody looks after the volumes: the last one grows.
 */
import { PgClient } from "@effect/sql-pg"
import type { Aggregate } from "@wr2/core"
import type { StoreError } from "@wr2/engine/InstanceStore"
import { Clock, Effect, Layer, Metric, Schedule } from "effect"
import { registry } from "./Codec.ts"
import * as Keeping from "./Keeping.ts"
import * as Lanes from "./Lanes.ts"
import * as Snapshots from "./queries/keeping.ts"
import * as Q from "./queries/retention.ts"
import { plan } from "./RetentionPolicy.ts"
import type { RetentionPolicy, State, Step, Volume } from "./RetentionPolicy.ts"
import { format } from "./Snapshots.ts"
import type { Statement } from "./Statement.ts"
import { fromSql } from "./StoreErrors.ts"
import * as Telemetry from "./Telemetry.ts"

/** How long a volume's way out may wait for open transactions before it is left for the next pass. */
const lockWithin = 2_000
/** How long it is waited for those who may still write to a volume that was closed. */
const writersWithin = 15_000
/** Dead letters in one statement, and such statements in one pass. */
const deadAtOnce = 1_000
const deadRounds = 100
/** Passes in one run: each ends with what the one before made possible. */
const passesMax = 4

/** A volume that could not be taken out, and who was in the way. */
export interface Waiting {
  readonly table: string
  readonly for: ReadonlyArray<{
    readonly pid: number
    readonly application: string
    readonly millis: number
  }>
}

/** What a run did. */
export interface Report {
  /** False: another process is at it. */
  readonly mine: boolean
  readonly steps: ReadonlyArray<Step>
  readonly waiting: ReadonlyArray<Waiting>
  readonly deadLetters: number
  /** Taken. */
  readonly snapshots: number
  readonly volumes: number
  readonly bytes: number
}

/** Told of each step once it is done. */
export type Tell = (step: Step) => Effect.Effect<void>

type Ask = (statement: Statement) => Effect.Effect<Lanes.Rows, StoreError>

const state = Effect.fnUntraced(function* (
  ask: Ask,
  keeps: boolean
): Effect.fn.Return<State, StoreError> {
  const [now, current, before] = (yield* ask(Q.turned))[0]!
  const volumes: Array<Volume> = []
  for (const [volume, openedAt, closedAt, sealed, bytes] of yield* ask(Q.volumes)) {
    const empty = volume === current && (yield* ask(Q.isEmpty(volume)))[0]![0]
    const behind = sealed ? yield* ask(Q.behind(volume)) : []
    const [unfollowed] =
      sealed && keeps ? yield* ask(Snapshots.unfollowed(volume, format)) : [[0] as const]
    volumes.push({
      volume,
      openedAt,
      closedAt,
      sealed,
      bytes,
      empty,
      behind: behind.map(([instance, consumer, seq, last]) => ({ instance, consumer, seq, last })),
      unfollowed: unfollowed![0]
    })
  }
  return { now, current, before, volumes }
})

const isWait = ({ message }: StoreError) => /^(55P03|57014)/.test(message)

/** The volume of now and the next one are there. */
const makeAhead = Effect.fnUntraced(function* (ask: Ask, { current }: State) {
  const there = yield* ask(Q.tables)
  for (const log of Q.logs) {
    for (const volume of [current, current + 1]) {
      if (there.some(([name, number]) => name === log && number === volume)) continue
      yield* ask(Q.make(log, volume))
    }
  }
  yield* ask(Q.known)
})

/** Volumes given up are taken out and dropped; who keeps one of them there. */
const clear = Effect.fnUntraced(function* (ask: Ask, state: State) {
  const waiting: Array<Waiting> = []
  const kept = new Set(state.volumes.map(({ volume }) => volume))
  const there = yield* ask(Q.tables)
  for (const log of Q.logs) {
    // One that is on its way out comes first: there is never more than one.
    const over = there
      .filter(([name, volume]) => name === log && volume < state.current && !kept.has(volume))
      .sort((a, b) => Number(b[3]) - Number(a[3]))
    for (const [, volume, attached, pending] of over) {
      const out: Effect.Effect<unknown, StoreError> = attached
        ? ask(Q.detach(log, volume, pending))
        : Effect.void
      const gone = yield* Effect.andThen(out, ask(Q.drop(log, volume))).pipe(
        Effect.as(true),
        Effect.catchIf(isWait, () => Effect.succeed(false))
      )
      if (gone) continue
      const holders = yield* ask(Q.holders(log, volume))
      waiting.push({
        table: `${log}_${volume}`,
        for: holders.map(([pid, application, millis]) => ({ pid, application, millis }))
      })
      break
    }
  }
  return waiting
})

/** Writes down what a closed volume has, once its last writers are done; false: not yet. */
const seal = Effect.fnUntraced(function* (ask: Ask, volume: number) {
  const writers = Effect.map(ask(Q.writers), (rows) => rows.map(([id]) => id as string))
  // Whoever begins to write now sees the turn.
  let left = yield* writers
  const until = (yield* Clock.currentTimeMillis) + writersWithin
  while (left.length > 0) {
    if ((yield* Clock.currentTimeMillis) > until) return false
    yield* Effect.sleep(20)
    const present = new Set(yield* writers)
    left = left.filter((id) => present.has(id))
  }
  yield* together(ask, [Q.spans(volume), ...Q.sealed(volume)])
  return true
})

const together = Effect.fnUntraced(function* (ask: Ask, statements: ReadonlyArray<Statement>) {
  yield* ask(Lanes.begin)
  yield* Effect.forEach(statements, ask, { discard: true })
  yield* ask({ text: "COMMIT", params: [] })
})

/** Does a step; false: it could not be done. */
const apply = Effect.fnUntraced(function* (ask: Ask, step: Step) {
  if (step._tag === "Held") return false
  if (step._tag === "Turn") return (yield* ask(Q.turn(step.volume))).length > 0
  const { volume, why, past } = step
  yield* together(ask, Q.giveUp(volume.volume))
  yield* Metric.update(Telemetry.volumesDropped, 1)
  yield* Effect.logInfo("history is let go", { volume: volume.volume, why, bytes: volume.bytes })
  if (past.length > 0) {
    yield* Effect.logError("consumers lose Events that they have not read", {
      volume: volume.volume,
      consumers: past.slice(0, 20)
    })
  }
  return true
})

const buryDead = Effect.fnUntraced(function* (ask: Ask, before: number) {
  let sum = 0
  for (let n = 0; n < deadRounds; n++) {
    const gone = yield* ask(Q.forgetDead(before, deadAtOnce))
    sum += gone.length
    if (gone.length < deadAtOnce) break
  }
  return sum
})

/** Passes until there is nothing left to do, or it has to wait. */
const passes = Effect.fnUntraced(function* (
  ask: Ask,
  policy: RetentionPolicy,
  tell: Tell,
  means: Keeping.Means | undefined
): Effect.fn.Return<Report, StoreError> {
  const steps: Array<Step> = []
  let waiting: ReadonlyArray<Waiting> = []
  // Where nothing goes, all can be run again from birth.
  const keeping = policy.age === undefined && policy.bytes === undefined ? undefined : means
  const look = state(ask, keeping !== undefined)
  let snapshots = 0
  let now = yield* look
  for (let n = 0; n < passesMax; n++) {
    yield* makeAhead(ask, now)
    const sealing = now.before !== null
    if (now.before !== null) {
      if (!(yield* seal(ask, now.before))) break
      now = yield* look
    }
    if (keeping !== undefined && (sealing || n === 0)) {
      const taken = yield* Keeping.keep(ask, keeping)
      if (taken > 0) now = yield* look
      snapshots += taken
    }
    let changed = false
    for (const step of plan(now, policy)) {
      const done = yield* apply(ask, step)
      changed ||= done
      if (!done && n > 0) continue
      steps.push(step)
      yield* tell(step)
    }
    if (changed) now = yield* look
    if (waiting.length === 0) waiting = yield* clear(ask, now)
    if (!changed) break
  }
  if (keeping !== undefined) yield* Keeping.clear(ask)
  const deadLetters =
    policy.deadLetters === undefined ? 0 : yield* buryDead(ask, now.now - policy.deadLetters)
  const bytes = now.volumes.reduce((sum, volume) => sum + volume.bytes, 0)
  yield* Metric.update(Telemetry.volumes, now.volumes.length)
  yield* Metric.update(Telemetry.logBytes, bytes)
  yield* Metric.update(Telemetry.retentionWaits, waiting.length)
  const volumes = now.volumes.length
  return { mine: true, steps, waiting, deadLetters, snapshots, volumes, bytes }
})

/** A session of its own: what waits here keeps nobody else from a connection. */
const session = Effect.gen(function* () {
  const client = yield* PgClient.PgClient
  const lanes = yield* Lanes.make({
    config: {
      ...client.config,
      types: registry,
      prepare: false,
      startupParameters: {
        ...client.config.startupParameters,
        search_path: "wr2, public",
        lock_timeout: `${lockWithin}`,
        statement_timeout: "600000",
        idle_in_transaction_session_timeout: "60000",
        // Found by keys, whatever the planner knows of a volume.
        enable_seqscan: "off",
        jit: "off"
      }
    },
    // A second one for snapshots: they are transactions of their own.
    size: 2,
    within: 3_600_000,
    reconnectFirst: 20,
    reconnectMax: 1_000
  })
  return <A>(f: (ask: Ask, lanes: Lanes.Lanes) => Effect.Effect<A, StoreError>) =>
    lanes.use((connection) =>
      f(
        ({ params, text }) =>
          Effect.mapError(connection.queryValues(text, params), (error) => fromSql(error, false)),
        lanes
      )
    )
})

const elsewhere: Report = {
  mine: false,
  steps: [],
  waiting: [],
  deadLetters: 0,
  snapshots: 0,
  volumes: 0,
  bytes: 0
}

/** How it is to be done. */
export interface Options {
  readonly tell?: Tell
  /** The game's. Unless given no snapshots are taken, and none are waited for. */
  readonly aggregates?: ReadonlyArray<Aggregate.Any>
  /** How long snapshots may be taken in this turn, in milliseconds. */
  readonly within?: number
}

/** Does all that is due by the policy, unless another process is at it. */
export const run = Effect.fn("wr2.retain")(function* (
  policy: RetentionPolicy,
  { aggregates, tell = () => Effect.void, within }: Options = {}
) {
  const on = yield* session
  return yield* on((ask, control) =>
    Effect.flatMap(ask(Q.lock), (rows) =>
      rows[0]![0] === true
        ? Effect.ensuring(
            passes(ask, policy, tell, aggregates && { control, aggregates, within }),
            Effect.ignore(ask(Q.unlock))
          )
        : Effect.succeed(elsewhere)
    )
  )
}, Effect.scoped)

/** What there is, and what the policy would do now. Changes nothing. */
export const look = Effect.fn("wr2.retain.look")(function* (policy: RetentionPolicy) {
  const on = yield* session
  const found = yield* on((ask) => state(ask, true))
  return { state: found, steps: plan(found, policy) }
}, Effect.scoped)

/** Looks after the logs for ever. */
export const layer = (
  policy: RetentionPolicy,
  aggregates: ReadonlyArray<Aggregate.Any>
): Layer.Layer<never, never, PgClient.PgClient> =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const told = new Set<number>()
      const once = Effect.gen(function* () {
        const { steps, waiting } = yield* run(policy, { aggregates })
        const holders = waiting.flatMap((one) => one.for)
        for (const pid of told) if (!holders.some((one) => one.pid === pid)) told.delete(pid)
        for (const { application, millis, pid } of holders) {
          if (told.has(pid)) continue
          told.add(pid)
          yield* Effect.logWarning(
            "a transaction that lies open keeps a dropped volume of the logs on the disk: end it",
            { pid, application, millis }
          )
        }
        const held = steps.filter(({ _tag }) => _tag === "Held")
        yield* Metric.update(Telemetry.retentionHeld, held.length)
      }).pipe(
        Effect.catchCause((cause) =>
          Effect.andThen(
            Metric.update(Telemetry.retentionFailures, 1),
            Effect.logWarning("the logs could not be looked after; tried again", cause)
          )
        ),
        // For ever: a span of its own for each look would be most of a trace store.
        Effect.withTracerEnabled(false)
      )
      yield* Effect.forkScoped(
        Effect.repeat(once, Schedule.jittered(Schedule.spaced(policy.every)))
      )
    })
  )
