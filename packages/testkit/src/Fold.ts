/**
 * The proof that rows change only by Events: an instance's Events folded over its oldest snapshot
 * give its rows, in canonical JSON (without `_built_at` and `cache_dirty`).
 */
import type { Event, Game } from "@wr2/core"
import { EngineEvents, Plain } from "@wr2/core"
import { prepare } from "@wr2/engine/GameDef"
import type { LoadedRow } from "@wr2/engine/InstanceStore"
import { Projection } from "@wr2/engine/Projection"

/** A row of a snapshot, as kept in `wr2.snapshot`. */
export interface SnapshotRow {
  readonly aggregate: string
  readonly row: { readonly id: number }
  readonly runtime?: unknown
}

/** An Event's value, with its `_tag`, in order of seq; `at` in milliseconds. */
export interface Told {
  readonly value: Event.AnyValue
  readonly at: number
}

/** A projection of loaded rows. Throws on a row that does not decode. */
export const loaded = (game: Game.Any, rows: Iterable<LoadedRow>): Projection => {
  const projection = new Projection(game.aggregates)
  for (const row of rows) {
    const wrong = projection.load(row)
    if (wrong !== undefined) throw new Error(wrong)
  }
  return projection
}

/** The rows of a snapshot, as they would be loaded. */
export const ofSnapshot = (game: Game.Any, rows: Iterable<SnapshotRow>): Projection => {
  const { aggregates } = prepare(game)
  return loaded(
    game,
    [...rows].map(({ aggregate: tag, row, runtime }): LoadedRow => {
      const aggregate = aggregates.get(tag)
      if (aggregate === undefined)
        throw new Error(`a snapshot names ${tag}, which is no aggregate of ${game.name}`)
      return {
        aggregate,
        id: row.id,
        stamp: 0,
        row,
        runtime:
          runtime === undefined
            ? undefined
            : {
                stamp: 0,
                dirty: false,
                cacheVersion: aggregate.runtime.version,
                builtAt: 0,
                data: runtime
              }
      }
    })
  )
}

/** Folds Events over a projection, in place: `evolve` and nothing else. */
export const fold = (
  game: Game.Any,
  projection: Projection,
  events: Iterable<Told>
): Projection => {
  const { aggregates, events: known } = prepare(game)
  for (const { at, value } of events) {
    const entry = known.get(value._tag)
    if (entry === undefined) throw new Error(`${value._tag} is no Event of ${game.name}`)
    if (value._tag === EngineEvents.RuntimeRebuilt._tag) {
      const { aggregate, data, id } = value as Event.Value<typeof EngineEvents.RuntimeRebuilt>
      projection.apply(aggregates.get(aggregate)!.setRuntime(id, data), at)
    }
    for (const change of entry.event.evolve(value as never)) projection.apply(change, at)
    projection.keep()
  }
  projection.commit(0)
  return projection
}

/** Every row as one line of canonical JSON: what two projections are compared by. */
export const lines = (projection: Projection): ReadonlyArray<string> =>
  [...projection.entries()].map(([aggregate, , { row, runtime }]) =>
    Plain.canonical({ aggregate: aggregate._tag, row, runtime: runtime?.data ?? null })
  )
