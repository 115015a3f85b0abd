/** One row for each Action that is done, in the order in which they took effect. */
import type { ActionLogRecord } from "@wr2/engine/Records"
import { json } from "../Codec.ts"
import * as Statement from "../Statement.ts"
import type { Column } from "../Statement.ts"
import { actionColumns, ranColumns } from "./actionColumns.ts"
import * as Volumes from "./volumes.ts"

const columns: ReadonlyArray<Column<ActionLogRecord>> = [
  ...actionColumns,
  ...ranColumns,
  { name: "outcome", kind: "text", of: (a) => a.outcome },
  { name: "reason", kind: "json", of: (a) => json(a.reason, true) },
  { name: "first_seq", kind: "int", of: (a) => a.firstSeq },
  { name: "position", kind: "int", of: (a) => a.position }
]

/** Writes them. */
export const appendActionLog = Statement.insert("action_log", columns, "", Volumes.current)
