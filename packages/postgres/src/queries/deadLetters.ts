/** Actions that failed for good. */
import type { DeadLetterRecord } from "@wr2/engine/Records"
import * as Statement from "../Statement.ts"
import type { Column } from "../Statement.ts"
import { actionColumns } from "./actionColumns.ts"

const columns: ReadonlyArray<Column<DeadLetterRecord>> = [
  ...actionColumns,
  { name: "reference", kind: "text", of: (a) => a.reference },
  { name: "error", kind: "text", of: (a) => a.error },
  { name: "now", kind: "time", of: (a) => a.now },
  { name: "id_base", kind: "int", of: (a) => a.idBase },
  { name: "content_hash", kind: "text", of: (a) => a.contentHash }
]

/** Writes them. */
export const bury = Statement.insert("dead_letter", columns)
