/** Owning an instance: taking it, also from one who does not let go, and reading all there is. */
import type { Aggregate } from "@wr2/core"
import { type Activation, NoInstance, StoreError } from "@wr2/engine/InstanceStore"
import * as Telemetry from "@wr2/engine/Telemetry"
import { Effect, Fiber, Option } from "effect"
import type { Database } from "./Database.ts"
import * as Lanes from "./Lanes.ts"
import { toAction } from "./queries/actionColumns.ts"
import * as Load from "./queries/load.ts"
import * as Own from "./queries/own.ts"

/** Who takes an instance. */
export interface Owner {
  readonly runner: string
  readonly incarnation: string
  readonly timersHorizon: number
}

interface Bounds {
  readonly fenceWait: number
  readonly unblockTries: number
  readonly timersLoadMax: number
}

/**
 * Ends what keeps a session waiting, if it is ours: a runner that froze while it read a result holds
 * its locks under every timeout. True when only sessions of others are left.
 */
const unblock = Effect.fnUntraced(function* (
  database: Database["Service"],
  processId: number,
  instance: number
) {
  const blockers = yield* Lanes.one(database.aside, Own.unblock(processId))
  for (const [pid, name, fate] of blockers) {
    if (fate !== "waiting") {
      yield* Effect.logWarning(
        fate === "foreign"
          ? "an instance cannot be activated: a session that is not WR2's holds its owner row"
          : "a session that held an instance's owner row was ended",
        { instance, pid, application: name }
      )
    }
  }
  return blockers.length > 0 && blockers.every(([, , fate]) => fate === "foreign")
})

/** Epoch + 1, committed. Waits for whoever is in the middle of a cycle; ends who does not finish. */
const take = (
  database: Database["Service"],
  instance: number,
  owner: Owner,
  { fenceWait, unblockTries }: Bounds
): Effect.Effect<{ readonly epoch: number; readonly released: boolean }, NoInstance | StoreError> =>
  database.control
    .use((connection) =>
      Effect.gen(function* () {
        const statements = [Lanes.begin, Own.take(instance, owner.runner, owner.incarnation)]
        const taking = yield* Effect.forkChild(Lanes.flight(connection, statements))
        const answer = Effect.timeoutOption(Fiber.join(taking), fenceWait)
        let found = yield* answer
        for (let n = 0; Option.isNone(found) && n < unblockTries; n++) {
          if (yield* unblock(database, connection.processId, instance)) break
          found = yield* answer
        }
        if (Option.isNone(found)) {
          // Or it would wait on, and hold the row for a moment when its turn comes.
          yield* Effect.ignore(Lanes.one(database.aside, Own.end(connection.processId)))
          return yield* new StoreError({
            reason: "Transient",
            message: `the owner row of instance ${instance} is held by another session`
          })
        }
        const row = found.value[1]![0]
        if (row === undefined) {
          yield* Lanes.flight(connection, [Lanes.rollback])
          return undefined
        }
        yield* Lanes.flightAndCommit(connection, [])
        return { epoch: row[0] as number, released: row[1] as boolean }
      })
    )
    .pipe(
      Effect.flatMap((taken) =>
        taken === undefined ? Effect.fail(new NoInstance({ instance })) : Effect.succeed(taken)
      )
    )

/** The due part of the queue, within the bound: what was left out is later than `queueUntil`. */
const withinBound = (rows: Lanes.Rows, until: number, limit: number) => {
  const queue = rows.map(toAction)
  if (queue.length <= limit) return { queue, queueUntil: until }
  const cut = queue[limit]!.runAt
  const kept = queue.filter(({ runAt }) => runAt < cut)
  return kept.length === 0 ? undefined : { queue: kept, queueUntil: cut - 1 }
}

/** Loads an instance as it is now: one read-only transaction in one flight. */
const load = Effect.fnUntraced(function* (
  connection: Lanes.Connection,
  aggregates: ReadonlyArray<Aggregate.Any>,
  instance: number,
  horizon: number,
  limit: number
) {
  const results = yield* Lanes.flight(connection, [
    Load.begin,
    Load.owner(instance),
    Load.queue(instance, horizon, limit + 1),
    Load.cursors(instance),
    Load.outbox(instance),
    ...aggregates.map((aggregate) => Load.rows(aggregate)(instance)),
    Lanes.rollback
  ])
  return {
    owner: results[1]![0],
    queue: results[2]!,
    cursors: results[3]!.map(Load.toCursor),
    outbox: results[4]!.map(Load.toOutbox),
    rows: aggregates.flatMap((aggregate, i) => results[5 + i]!.map(Load.toRow(aggregate)))
  }
})

/** Takes an instance and reads all that its owner begins with. */
export const activate = Effect.fn(Telemetry.spans.activate)(function* (
  database: Database["Service"],
  aggregates: ReadonlyArray<Aggregate.Any>,
  bounds: Bounds,
  instance: number,
  owner: Owner
): Effect.fn.Return<Activation, NoInstance | StoreError> {
  const { epoch, released } = yield* take(database, instance, owner, bounds)
  const read = (limit: number) =>
    database.control.use((connection) =>
      load(connection, aggregates, instance, owner.timersHorizon, limit)
    )
  let loaded = yield* read(bounds.timersLoadMax)
  const until = () => (loaded.owner![5] as number) + owner.timersHorizon
  let due = withinBound(loaded.queue, until(), bounds.timersLoadMax)
  if (due === undefined) {
    // More than the bound are due in the very same millisecond: there is no time to cut at.
    loaded = yield* read(Number.MAX_SAFE_INTEGER - 1)
    due = withinBound(loaded.queue, until(), Number.MAX_SAFE_INTEGER)!
  }
  const [, lineage, lastSeq, lastNow, lastNo, now] = loaded.owner!
  return {
    instance,
    epoch,
    lineage,
    lastSeq,
    lastNow,
    lastNo,
    released,
    now,
    rows: loaded.rows,
    cursors: loaded.cursors,
    queue: due.queue,
    queueUntil: due.queueUntil,
    outbox: loaded.outbox
  }
})
