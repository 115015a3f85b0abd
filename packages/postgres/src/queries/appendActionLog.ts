/** One row for each Action that is done, in the order in which they took effect. */
import type { ActionLogRecord } from "@wr2/engine/Records"
import { json } from "../Codec.ts"
import * as Statement from "../Statement.ts"
import type { Column } from "../Statement.ts"
import { actionColumns } from "./actionColumns.ts"

const columns: ReadonlyArray<Column<ActionLogRecord>> = [
  ...actionColumns,
  { name: "now", kind: "time", of: (a) => a.now },
  { name: "id_base", kind: "int", of: (a) => a.idBase },
  { name: "content_hash", kind: "text", of: (a) => a.contentHash },
  { name: "outcome", kind: "text", of: (a) => a.outcome },
  { name: "reason", kind: "json", of: (a) => json(a.reason, true) },
  { name: "first_seq", kind: "int", of: (a) => a.firstSeq },
  { name: "position", kind: "int", of: (a) => a.position }
]

/** Writes them. */
export const appendActionLog = Statement.insert("action_log", columns)
