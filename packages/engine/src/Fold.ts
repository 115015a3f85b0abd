/**
 * The fold: an instance's Events over its rows as of a seq give its rows later. `evolve` and nothing
 * else; in canonical JSON (without `_built_at` and `cache_dirty`) it is what the tables hold.
 */
import type { Event, Game } from "@wr2/core"
import { EngineEvents, Plain } from "@wr2/core"
import { Schema } from "effect"
import { prepare } from "./GameDef.ts"
import type { Definition } from "./GameDef.ts"
import type { LoadedRow } from "./InstanceStore.ts"
import { Projection } from "./Projection.ts"

/**
 * A row of a snapshot, as kept in `wr2.snapshot`. Of runtime data, `cacheVersion` where it is not the
 * version of the build that took the snapshot, and `dirty` where it is to be built anew.
 */
export const SnapshotRow = Schema.Struct({
  aggregate: Schema.String,
  row: Schema.StructWithRest(Schema.Struct({ id: Schema.Int }), [
    Schema.Record(Schema.String, Schema.Unknown)
  ]),
  runtime: Schema.optionalKey(Schema.Unknown),
  cacheVersion: Schema.optionalKey(Schema.NullOr(Schema.Int)),
  dirty: Schema.optionalKey(Schema.Boolean)
})
export type SnapshotRow = typeof SnapshotRow.Type

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

/** A row of a snapshot, as it would be loaded. Throws when the game has no such rows. */
export const toLoaded = ({ aggregates, game }: Definition, kept: SnapshotRow): LoadedRow => {
  const aggregate = aggregates.get(kept.aggregate)
  if (aggregate === undefined)
    throw new Error(`a snapshot names ${kept.aggregate}, which is no aggregate of ${game.name}`)
  const { cacheVersion, dirty, row, runtime } = kept
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
            dirty: dirty ?? false,
            cacheVersion: cacheVersion === undefined ? aggregate.runtime.version : cacheVersion,
            builtAt: 0,
            data: runtime
          }
  }
}

/** The rows of a snapshot, as they would be loaded. */
export const ofSnapshot = (game: Game.Any, rows: Iterable<SnapshotRow>): Projection => {
  const definition = prepare(game)
  return loaded(
    game,
    [...rows].map((row) => toLoaded(definition, row))
  )
}

/** Applies what one Event changes, as part of the cycle that is under way. */
export const apply = (
  { aggregates, events, game }: Definition,
  projection: Projection,
  { at, value }: Told
): void => {
  const entry = events.get(value._tag)
  if (entry === undefined) throw new Error(`${value._tag} is no Event of ${game.name}`)
  if (value._tag === EngineEvents.RuntimeRebuilt._tag) {
    const { aggregate, data, id } = value as Event.Value<typeof EngineEvents.RuntimeRebuilt>
    projection.apply(aggregates.get(aggregate)!.setRuntime(id, data), at)
  }
  for (const change of entry.event.evolve(value as never)) projection.apply(change, at)
  projection.keep()
}

/** Folds Events over a projection, in place: `evolve` and nothing else. */
export const fold = (
  game: Game.Any,
  projection: Projection,
  events: Iterable<Told>
): Projection => {
  const definition = prepare(game)
  for (const told of events) apply(definition, projection, told)
  projection.commit(0)
  return projection
}

/** Every row as one line of canonical JSON: what two projections are compared by. */
export const lines = (projection: Projection): ReadonlyArray<string> =>
  [...projection.entries()].map(([aggregate, , { row, runtime }]) =>
    Plain.canonical({ aggregate: aggregate._tag, row, runtime: runtime?.data ?? null })
  )
