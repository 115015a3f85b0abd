/** An instance is born: owner row, rows, first queue rows and a snapshot at seq 0, or nothing at all. */
import { LockSet } from "@wr2/core"
import type { Aggregate } from "@wr2/core"
import { InstanceExists, StoreError } from "@wr2/engine/InstanceStore"
import { nothing } from "@wr2/engine/Records"
import type { ActionRecord, Writes } from "@wr2/engine/Records"
import { Effect } from "effect"
import * as Lanes from "./Lanes.ts"
import * as Found from "./queries/found.ts"
import { gather } from "./Statement.ts"
import type { Statement } from "./Statement.ts"
import { writing } from "./Writing.ts"

/** What an instance is born with. */
export interface Birth {
  readonly instance: number
  readonly rows: ReadonlyArray<Aggregate.Given>
  readonly queue: ReadonlyArray<ActionRecord>
}

const chunks = <A>(all: ReadonlyArray<A>, size: number): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
    all.slice(i * size, (i + 1) * size)
  )

/** One part of the rows, written and kept in the snapshot. */
const part = (
  instance: number,
  given: ReadonlyArray<Aggregate.Given>,
  n: number,
  now: number
): ReadonlyArray<Statement> => {
  const snapshot = gather<Found.Part>()
  snapshot.instances.push(instance)
  snapshot.rows.push({ seq: 0, part: n, rows: given.map(Found.toSnapshot) })
  const writes: Writes = {
    ...nothing,
    rows: given.map(({ ref, row }) => ({ op: "insert", ...ref, row })),
    runtimes: given.flatMap(({ ref, runtime }) =>
      runtime === undefined ? [] : [{ op: "insert", ...ref, data: runtime, builtAt: now }]
    )
  }
  return [...writing([{ instance, writes }]), Found.snapshot(snapshot)]
}

const birth = Effect.fnUntraced(function* (
  connection: Lanes.Connection,
  { instance, queue, rows }: Birth,
  chunk: number
): Effect.fn.Return<boolean, StoreError> {
  const fly = (make: () => ReadonlyArray<Statement>) =>
    Effect.try({
      try: make,
      catch: (cause) =>
        new StoreError({ reason: "Contents", message: `not encodable: ${String(cause)}` })
    }).pipe(Effect.flatMap((statements) => Lanes.flight(connection, statements)))
  const nextDue = queue.reduce<number | null>(
    (least, { runAt }) => (least === null || runAt < least ? runAt : least),
    null
  )
  const begun = yield* fly(() => [Lanes.begin, Found.birth(instance, nextDue)])
  const now: number | undefined = begun[1]![0]?.[0]
  if (now === undefined) {
    yield* fly(() => [Lanes.rollback])
    return false
  }
  const ordered = [...rows].sort((a, b) => LockSet.order(a.ref, b.ref))
  for (const [n, some] of chunks(ordered, chunk).entries()) {
    yield* fly(() => part(instance, some, n, now))
  }
  for (const queued of chunks(queue, chunk)) {
    yield* fly(() => writing([{ instance, writes: { ...nothing, queued } }]))
  }
  yield* Lanes.flightAndCommit(connection, [])
  return true
})

/** Founds an instance. */
export const found = (
  lanes: Lanes.Lanes,
  given: Birth,
  chunk: number
): Effect.Effect<void, InstanceExists | StoreError> =>
  lanes
    .use((connection) => birth(connection, given, chunk))
    .pipe(
      Effect.flatMap((born) =>
        born ? Effect.void : Effect.fail(new InstanceExists({ instance: given.instance }))
      ),
      Effect.withSpan("wr2.found", { attributes: { instance: given.instance } })
    )
