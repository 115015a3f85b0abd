/** Messages to other instances: written with the Event that sends them, removed when acknowledged. */
import type { OutboxRecord } from "@wr2/engine/Records"
import { json } from "../Codec.ts"
import * as Statement from "../Statement.ts"
import type { Column } from "../Statement.ts"

const columns: ReadonlyArray<Column<OutboxRecord>> = [
  { name: "n", kind: "int", of: (m) => m.n },
  { name: "target", kind: "int", of: (m) => m.target },
  { name: "command", kind: "json", of: (m) => json(m.command, false) },
  { name: "traveller", kind: "json", of: (m) => json(m.traveller, true) }
]

/** Writes messages. */
export const send = Statement.insert("instance_outbox", columns)

/** Removes what was acknowledged. */
export const delivered = Statement.remove("instance_outbox", "n")
