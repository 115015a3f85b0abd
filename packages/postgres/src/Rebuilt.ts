/** The rows that a history gives, compared with those of the tables: the first that is not the same. */
import type { Aggregate } from "@wr2/core"
import { Plain } from "@wr2/core"
import type { LoadedRow, StoreError } from "@wr2/engine/InstanceStore"
import type { Projection } from "@wr2/engine/Projection"
import type { Difference, Replay } from "@wr2/engine/Replay"
import type { Entry } from "@wr2/engine/Rows"
import { Effect } from "effect"
import * as History from "./queries/history.ts"
import * as Load from "./queries/load.ts"
import type { Read } from "./Reading.ts"

/** Rows read at once. */
const page = 2_000

/**
 * Compares every row, in rank order then id. Of memory that is to be built anew (`cache_dirty`, or of
 * an old version) only that it is there: what it says counts for nothing.
 */
export const compareRows = Effect.fnUntraced(function* (
  read: Read,
  replay: Replay,
  projection: Projection,
  {
    definition,
    instance
  }: {
    readonly definition: { readonly game: { readonly aggregates: ReadonlyArray<Aggregate.Any> } }
    readonly instance: number
  }
): Effect.fn.Return<
  { readonly rows: number; readonly difference: Difference | undefined },
  StoreError
> {
  let rows = 0
  for (const aggregate of definition.game.aggregates) {
    const wanted = projection.entriesOf(aggregate)
    let next = wanted.next()
    const missing = (id: number) =>
      told(
        replay,
        aggregate.ref(id),
        "a row is not in its table",
        projection.entry(aggregate, id)!.row,
        null
      )
    const pageOf = History.page(aggregate)
    let after = Number.MIN_SAFE_INTEGER
    while (true) {
      const found = yield* read(pageOf(instance, after, page))
      for (const loaded of found.map(Load.toRow(aggregate))) {
        after = loaded.id
        rows++
        if (!next.done && next.value[0] < loaded.id)
          return { rows, difference: missing(next.value[0]) }
        const here = next.done || next.value[0] > loaded.id ? undefined : next.value[1]
        const difference =
          here === undefined
            ? told(replay, aggregate.ref(loaded.id), "no Event made this row", null, loaded.row)
            : compare(replay, projection, aggregate, here, loaded)
        if (difference !== undefined) return { rows, difference }
        next = wanted.next()
      }
      if (found.length < page) break
    }
    if (!next.done) return { rows, difference: missing(next.value[0]) }
  }
  return { rows, difference: undefined }
})

const compare = (
  replay: Replay,
  projection: Projection,
  aggregate: Aggregate.Any,
  { row, runtime }: Entry,
  loaded: LoadedRow
): Difference | undefined => {
  const ref = aggregate.ref(loaded.id)
  for (const field of fieldsOf(row, loaded.row)) {
    const [was, is] = [valueOf(row, field), valueOf(loaded.row, field)]
    if (text(was) !== text(is)) return told(replay, ref, field, was, is)
  }
  if ((runtime === undefined) !== (loaded.runtime === undefined)) {
    const there = (kept: unknown) => (kept === undefined ? "absent" : "there")
    return told(replay, ref, "its runtime row", there(runtime), there(loaded.runtime))
  }
  if (runtime === undefined || loaded.runtime === undefined) return undefined
  const { cacheVersion, data, dirty } = loaded.runtime
  const forgotten = dirty || cacheVersion !== aggregate.runtime.version
  return forgotten || projection.stale(aggregate, runtime) || text(runtime.data) === text(data)
    ? undefined
    : told(replay, ref, "its memory", runtime.data, data)
}

const told = (
  replay: Replay,
  ref: Aggregate.Ref,
  what: string,
  recorded: unknown,
  now: unknown
): Difference => {
  const last = replay.lastChange(ref)
  return {
    seq: last?.seq ?? replay.seq,
    action: { no: last?.no ?? null, type: null },
    what: `${ref.aggregate._tag} ${ref.id}: ${what}`,
    recorded: History.writable(recorded),
    now: History.writable(now)
  }
}

const fieldsOf = (one: unknown, other: unknown): ReadonlyArray<string> =>
  [...new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})])].sort()
const valueOf = (row: unknown, field: string): unknown =>
  (row as Readonly<Record<string, unknown>> | null)?.[field]
/** Also of what is no plain value: a row by hand may hold anything. */
const text = (value: unknown): string =>
  typeof value === "bigint" ? `${value}n` : Plain.canonical(value ?? null)
