/** Where a history is begun: the snapshots there are, and the rows of one of them. */
import * as Fold from "@wr2/engine/Fold"
import type { Definition } from "@wr2/engine/GameDef"
import { NoInstance, type StoreError } from "@wr2/engine/InstanceStore"
import { Projection } from "@wr2/engine/Projection"
import { Effect, Schema } from "effect"
import type * as Lanes from "./Lanes.ts"
import * as Events from "./queries/appendEvents.ts"
import * as History from "./queries/history.ts"
import { format } from "./Snapshots.ts"
import type { Statement } from "./Statement.ts"

/** The history cannot be run again from where it should be; the message says what can be done. */
export class NoHistory extends Schema.TaggedError<NoHistory>()("NoHistory", {
  message: Schema.String
}) {}

/** Reads one statement: in a transaction of its own, or in one that is open. */
export type Read = (statement: Statement) => Effect.Effect<Lanes.Rows, StoreError>

/** The rows of a snapshot, loaded part by part. */
export const load = Effect.fnUntraced(function* (
  read: Read,
  definition: Definition,
  instance: number,
  seq: number
) {
  const projection = new Projection(definition.game.aggregates)
  const decode = Schema.decodeUnknownEffect(Schema.Array(Fold.SnapshotRow))
  let rows = 0
  for (let part = 0; ; part++) {
    const [row] = yield* read(History.part(instance, seq, part))
    if (row === undefined) break
    const kept = yield* decode(row[0]).pipe(
      Effect.mapError(
        (error) =>
          new NoHistory({
            message: `part ${part} of the snapshot at seq ${seq} does not decode: ${error.message}`
          })
      )
    )
    // A row that does not decode is quarantined, as it was when the snapshot was taken.
    for (const each of kept) {
      yield* Effect.try({
        try: () => projection.load(Fold.toLoaded(definition, each)),
        catch: (error) => new NoHistory({ message: String(error) })
      })
    }
    rows += kept.length
  }
  const there = (yield* read(History.snapshots(instance))).find((row) => row[0] === seq)
  if (there === undefined && seq > 0) {
    const message = `the snapshot at seq ${seq} was let go of while it was read: again`
    return yield* new NoHistory({ message })
  }
  const said = there?.[3]
  if (typeof said === "number" && said !== rows) {
    const message = `the snapshot at seq ${seq} is not whole: ${rows} of ${said} rows`
    return yield* new NoHistory({ message })
  }
  return projection
})

/** The snapshot to begin with: the latest before `from`, or the earliest; all Events after it must be there. */
export const begin = Effect.fnUntraced(function* (
  read: Read,
  instance: number,
  from: number | undefined
) {
  const [head] = yield* read(Events.head(instance))
  if (head === undefined) return yield* new NoInstance({ instance })
  const [, last, oldest] = head
  const first: number = oldest ?? last + 1
  const found = yield* read(History.snapshots(instance))
  const unknown = found.filter(([, written]) => written !== null && written > format)
  const seqs: ReadonlyArray<number> = [
    ...new Set([0, ...found.filter((row) => !unknown.includes(row)).map(([seq]) => seq)])
  ]
  const usable = seqs.filter((seq) => seq >= first - 1 && seq < (from ?? Infinity))
  const seq = from === undefined ? usable[0] : usable.at(-1)
  if (seq !== undefined) return { seq, last: last as number }
  const newer = unknown.length === 0 ? "" : `; ${unknown.length} were written by a newer WR2`
  return yield* new NoHistory({
    message:
      `the log of instance ${instance} begins at seq ${first}, and no snapshot leads up to ` +
      `${from === undefined ? "it" : `seq ${from}`} (snapshots as of: ${seqs.join(", ")}${newer}). ` +
      `Take one now with \`wr2 snapshot ${instance}\`, for replays from here on`
  })
})
