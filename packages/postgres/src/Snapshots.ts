/**
 * Snapshots of one instance, taken beside its owner: all rows as of one seq, read and written in one
 * REPEATABLE READ transaction that locks nothing which a cycle wants.
 */
import type { Aggregate } from "@wr2/core"
import { NoInstance, StoreError } from "@wr2/engine/InstanceStore"
import { Effect } from "effect"
import type { Database } from "./Database.ts"
import * as Lanes from "./Lanes.ts"
import * as Found from "./queries/found.ts"
import * as History from "./queries/history.ts"
import * as Load from "./queries/load.ts"
import { gather } from "./Statement.ts"

/** The form in which snapshots are written; what reads them knows it and those before. */
export const format = 1

/** Rows in one part. */
const partRows = 1_000

/** A snapshot. */
export interface Taken {
  readonly seq: number
  readonly rows: number
  /** There was one as of this seq: nothing was written. */
  readonly existed: boolean
}

const begin: { readonly text: string; readonly params: readonly [] } = {
  text: "BEGIN ISOLATION LEVEL REPEATABLE READ",
  params: []
}

const write = Effect.fnUntraced(function* (
  connection: Lanes.Connection,
  aggregates: ReadonlyArray<Aggregate.Any>,
  instance: number
) {
  const [, owners, known, cursors, supplies] = yield* Lanes.flight(connection, [
    begin,
    Load.owner(instance),
    History.snapshots(instance),
    Load.cursors(instance),
    History.supplies(instance)
  ])
  const owner = owners![0]
  if (owner === undefined) {
    yield* Lanes.flight(connection, [Lanes.rollback])
    return undefined
  }
  const [, lineage, seq, lastNow, lastNo, now] = owner
  const there = known!.find((row) => row[0] === seq)
  if (there !== undefined) {
    yield* Lanes.flight(connection, [Lanes.rollback])
    return { seq, rows: there[3] ?? 0, existed: true }
  }
  let rows = 0
  let parts = 0
  const put = (kept: ReadonlyArray<Found.SnapshotRow>) => {
    const gathered = gather<Found.Part>()
    gathered.instances.push(instance)
    gathered.rows.push({ seq, part: parts++, rows: kept })
    rows += kept.length
    return Lanes.flight(connection, [Found.snapshot(gathered)])
  }
  for (const aggregate of aggregates) {
    const page = History.page(aggregate)
    let after = Number.MIN_SAFE_INTEGER
    while (true) {
      const [found] = yield* Lanes.flight(connection, [page(instance, after, partRows)])
      if (found!.length === 0) break
      yield* put(found!.map(Load.toRow(aggregate)).map((row) => History.toKept(aggregate, row)))
      after = found!.at(-1)![0]
      if (found!.length < partRows) break
    }
  }
  // An instance of no rows has one part with none: that it was taken must show.
  if (parts === 0) yield* put([])
  const head = gather<History.Head>()
  head.instances.push(instance)
  head.rows.push({
    seq,
    format,
    lineage,
    lastNow,
    lastNo,
    nextId: supplies![0]![0],
    contentHash: supplies![0]![1],
    parts,
    rows,
    cursors: cursors!.map(Load.toCursor),
    takenAt: now
  })
  yield* Lanes.flightAndCommit(connection, [History.head(head)])
  return { seq, rows, existed: false }
})

/** Takes a snapshot of an instance as it is now. The world goes on meanwhile, and takes no notice. */
export const take = Effect.fn("wr2.snapshot")(function* (
  { control }: Pick<Database["Service"], "control">,
  aggregates: ReadonlyArray<Aggregate.Any>,
  instance: number
): Effect.fn.Return<Taken, NoInstance | StoreError> {
  const taken = yield* control.use((connection) =>
    Effect.gen(function* () {
      const [free] = yield* Lanes.flight(connection, [History.alone(instance)])
      if (free![0]![0] !== true) {
        return yield* new StoreError({
          reason: "Transient",
          message: `another snapshot of instance ${instance} is being taken: wait for it`
        })
      }
      // A connection whose effect failed is closed: the lock goes with it.
      const written = yield* write(connection, aggregates, instance)
      yield* Lanes.flight(connection, [History.letGo(instance)])
      return { written }
    })
  )
  if (taken.written === undefined) return yield* new NoInstance({ instance })
  return taken.written
})
