/** How the runtime rows of a class are written. */
import type { Aggregate } from "@wr2/core"
import type { RuntimeWrite } from "@wr2/engine/Records"
import type { Column } from "../Statement.ts"
import * as ClassWrites from "./classWrites.ts"

/** A runtime row to insert or to update. */
export type Runtime = Exclude<RuntimeWrite, { readonly op: "delete" }>

/**
 * The statements of a class's runtime table. The engine's own keys stand beside the game's: whoever
 * reads the row knows what it is worth.
 */
export const writers = (aggregate: Aggregate.Any): ClassWrites.Writers<Runtime> => {
  const version: number = aggregate.runtime.version
  const columns: ReadonlyArray<Column<Runtime>> = [
    { name: "id", kind: "int", of: ({ id }) => id },
    {
      name: "data",
      kind: "json",
      of: ({ builtAt, data }) => {
        if (!Number.isSafeInteger(builtAt)) throw new Error(`built at ${builtAt}`)
        return JSON.stringify({ ...data, _cache_version: version, _built_at: builtAt })
      }
    }
  ]
  return ClassWrites.writers(
    aggregate.runtime.table,
    columns,
    "data = v.data::jsonb, cache_dirty = false, updated_at = now()"
  )
}
