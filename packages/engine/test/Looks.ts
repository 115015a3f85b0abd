/** What tests look at, and queue rows that they begin with. */
import type { Kept } from "@wr2/engine/Memory"
import type { ActionRecord } from "@wr2/engine/Records"

/** A pending Action of a person (or of nobody), due long ago: a ring of the bell unless given. */
export const pending = (
  no: number,
  person: number | null,
  some: Partial<ActionRecord> = {},
  payload: unknown = { person: person ?? 1, times: 1, every: 0 }
): ActionRecord => ({
  no,
  type: "Ring",
  version: 1,
  payload,
  actor: person === null ? null : { type: "Person", id: person },
  commandId: null,
  cause: null,
  key: `pending ${no}`,
  seed: no,
  priority: 0,
  runAt: 1_000,
  attempts: 0,
  depth: 0,
  ...some
})

/** Done Actions in the order in which they took effect. */
export const effects = ({ log }: Pick<Kept, "log">) =>
  [...log.values()].filter((a) => a.firstSeq !== null).sort((a, b) => a.firstSeq! - b.firstSeq!)

/** Where everybody stands. */
export const places = ({ rows }: Pick<Kept, "rows">): ReadonlyArray<number> =>
  [...rows.values()].map(({ row }) => row.place)
