/** Actions that failed for good. */
import type { DeadLetterRecord } from "@wr2/engine/Records"
import * as Statement from "../Statement.ts"
import type { Column } from "../Statement.ts"
import { actionColumns, ranColumns } from "./actionColumns.ts"

const columns: ReadonlyArray<Column<DeadLetterRecord>> = [
  ...actionColumns,
  { name: "reference", kind: "text", of: (a) => a.reference },
  { name: "error", kind: "text", of: (a) => a.error },
  ...ranColumns
]

/** Writes them. */
export const bury = Statement.insert("dead_letter", columns)
