/** Cursors: the last n accepted of each actor, and the replies that its client may ask for again. */
import type { CursorRecord } from "@wr2/engine/Records"
import { json } from "../Codec.ts"
import * as Statement from "../Statement.ts"
import type { Column } from "../Statement.ts"

const columns: ReadonlyArray<Column<CursorRecord>> = [
  { name: "actor", kind: "text", of: (c) => c.actor },
  { name: "last_n", kind: "int", of: (c) => c.lastN },
  { name: "replies", kind: "json", of: (c) => json(c.replies, false) },
  { name: "moved_to", kind: "int", of: (c) => c.movedTo }
]

/** Makes or replaces them. */
export const writeCursors = Statement.insert(
  "command_cursor",
  columns,
  " ON CONFLICT (instance_id, actor) DO UPDATE SET last_n = excluded.last_n, " +
    "replies = excluded.replies, moved_to = excluded.moved_to"
)
