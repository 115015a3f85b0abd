/** The rows of a spec: held by the engine's own fold, and taken out of it again. */
import { LockSet } from "@wr2/core"
import type { Aggregate, Game } from "@wr2/core"
import { Projection } from "@wr2/engine/Projection"
import { fit, freeze } from "./Values.ts"

/** Rows by the text that names them, in no order. */
export type State = ReadonlyMap<string, Aggregate.Given>

/** The engine's own fold, holding these rows. */
export const look = (game: Game.Any, state: State): Projection => {
  const projection = new Projection(game.aggregates)
  for (const { ref, row, runtime } of state.values()) {
    if (runtime !== undefined)
      fit(`runtime of ${LockSet.key(ref)}`, ref.aggregate.runtime.schema, runtime)
    const wrong = projection.load({
      ...ref,
      row,
      stamp: 0,
      runtime:
        runtime === undefined
          ? undefined
          : {
              stamp: 0,
              dirty: false,
              cacheVersion: ref.aggregate.runtime.version,
              builtAt: 0,
              data: runtime
            }
    })
    if (wrong !== undefined) throw new Error(wrong)
  }
  return projection
}

/** What a Projection holds; throws where a table could not keep it as it is. */
export const rowsOf = (projection: Projection): State =>
  new Map(
    [...projection.entries()].map(([aggregate, id, { row, runtime }]) => {
      const ref = aggregate.ref(id)
      const key = LockSet.key(ref)
      fit(key, aggregate.Row, row)
      if (row.id !== id) throw new Error(`${key}: evolve changes its id to ${row.id}`)
      if (runtime !== undefined) fit(`runtime of ${key}`, aggregate.runtime.schema, runtime.data)
      return [
        key,
        freezeRow({ ref, row, ...(runtime === undefined ? {} : { runtime: runtime.data }) })
      ]
    })
  )

/** A row that nobody can change. */
export const freezeRow = ({ ref, row, runtime }: Aggregate.Given): Aggregate.Given => ({
  ref,
  row: freeze(row),
  ...(runtime === undefined ? {} : { runtime: freeze(runtime) })
})
