/** What the queue, the log and dead letters have in common: an Action. */
import type { ActionRecord, Ran } from "@wr2/engine/Records"
import { json } from "../Codec.ts"
import type { Column } from "../Statement.ts"

/** Its columns. */
export const actionColumns: ReadonlyArray<Column<ActionRecord>> = [
  { name: "accept_no", kind: "int", of: (a) => a.no },
  { name: "action_type", kind: "text", of: (a) => a.type },
  { name: "version", kind: "int", of: (a) => a.version },
  { name: "payload", kind: "json", of: (a) => json(a.payload, false) },
  { name: "actor_type", kind: "text", of: (a) => a.actor?.type ?? null },
  { name: "actor_id", kind: "int", of: (a) => a.actor?.id ?? null },
  { name: "command_id", kind: "text", of: (a) => a.commandId },
  { name: "cause", kind: "int", of: (a) => a.cause },
  { name: "idempotency_key", kind: "text", of: (a) => a.key },
  { name: "seed", kind: "int", of: (a) => a.seed },
  { name: "priority", kind: "int", of: (a) => a.priority },
  { name: "run_at", kind: "time", of: (a) => a.runAt },
  { name: "attempts", kind: "int", of: (a) => a.attempts },
  { name: "depth", kind: "int", of: (a) => a.depth }
]

/** The columns of what it was run with, in the log and of dead letters. */
export const ranColumns: ReadonlyArray<Column<Ran>> = [
  { name: "now", kind: "time", of: (a) => a.now },
  { name: "id_base", kind: "int", of: (a) => a.idBase },
  { name: "content_hash", kind: "text", of: (a) => a.contentHash },
  { name: "rule", kind: "int", of: (a) => a.rule },
  { name: "as_of", kind: "int", of: (a) => a.asOf }
]

/** The columns that make an ActionRecord, in the order that {@link toAction} reads. */
export const actionSelect = actionColumns.map(({ name }) => `q.${name}`).join(", ")

/** An ActionRecord of a row of {@link actionSelect}. */
export const toAction = (row: ReadonlyArray<any>): ActionRecord => ({
  no: row[0],
  type: row[1],
  version: row[2],
  payload: row[3],
  actor: row[4] === null ? null : { type: row[4], id: row[5] },
  commandId: row[6],
  cause: row[7],
  key: row[8],
  seed: row[9],
  priority: row[10],
  runAt: row[11],
  attempts: row[12],
  depth: row[13]
})
