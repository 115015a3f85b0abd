/** Actions that failed for good. */
import type { DeadLetterRecord } from "@wr2/engine/Records"
import { json } from "../Codec.ts"
import * as Statement from "../Statement.ts"
import type { Column } from "../Statement.ts"
import { actionColumns, ranColumns } from "./actionColumns.ts"

const columns: ReadonlyArray<Column<DeadLetterRecord>> = [
  ...actionColumns,
  { name: "reference", kind: "text", of: (a) => a.reference },
  { name: "error", kind: "text", of: (a) => a.error },
  ...ranColumns,
  { name: "runner", kind: "text", of: (a) => a.runner },
  { name: "rows", kind: "json", of: (a) => json(a.rows, true) },
  { name: "rows_left_out", kind: "int", of: (a) => a.rowsLeftOut }
]

/** Writes them. */
export const bury = Statement.insert("dead_letter", columns)
