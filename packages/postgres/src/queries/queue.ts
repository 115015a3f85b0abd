/** Pending Actions: added, removed and counted by cycles; read by the scheduler's timers. */
import type { ActionRecord } from "@wr2/engine/Records"
import * as Codec from "../Codec.ts"
import * as Statement from "../Statement.ts"
import { actionColumns, actionSelect } from "./actionColumns.ts"

/** An Action that waits, and when that was decided. */
export interface Pending {
  readonly record: ActionRecord
  readonly now: number
}

/** Adds what waits. What is to be done at once keeps the instance's time from going back behind it. */
export const enqueue = Statement.insert<Pending>("action_queue", [
  ...actionColumns.map((column) => ({
    ...column,
    of: ({ record }: Pending) => column.of(record)
  })),
  { name: "at_once", kind: "bool", of: ({ now, record }) => record.runAt <= now }
])

/** What is done leaves the queue; each must have been there. */
export const dequeue = Statement.remove("action_queue", "accept_no")

const attemptedText = Statement.expecting(
  "UPDATE wr2.action_queue AS o SET attempts = o.attempts + 1 " +
    "FROM unnest($1::bigint[], $2::bigint[]) AS v(instance_id, accept_no) " +
    "WHERE o.instance_id = v.instance_id AND o.accept_no = v.accept_no",
  3,
  "action_queue attempted"
)

/** Counts an attempt, before it is made: an owner that dies of an Action leaves the number behind. */
export const attempted = (
  instances: ReadonlyArray<number>,
  numbers: ReadonlyArray<number>
): Statement.Statement => ({
  text: attemptedText,
  params: [Codec.array("int", instances), Codec.array("int", numbers), Codec.int(numbers.length)]
})

const dueText =
  `SELECT ${actionSelect} FROM wr2.action_queue AS q ` +
  "WHERE q.instance_id = $1 AND q.run_at > $2 AND q.run_at <= $3 " +
  "ORDER BY q.run_at, q.accept_no LIMIT $4"

/** Pending Actions of a range of times. */
export const due = (
  instance: number,
  range: { readonly after: number; readonly until: number; readonly limit: number }
): Statement.Statement => ({
  text: dueText,
  params: [
    Codec.int(instance),
    Codec.time(range.after),
    Codec.time(range.until),
    Codec.int(range.limit)
  ]
})

const nextDueText =
  "SELECT q.run_at FROM wr2.action_queue AS q WHERE q.instance_id = $1 AND q.run_at > $2 " +
  "ORDER BY q.run_at LIMIT 1"

/** The first time after another. */
export const nextDue = (instance: number, after: number): Statement.Statement => ({
  text: nextDueText,
  params: [Codec.int(instance), Codec.time(after)]
})
