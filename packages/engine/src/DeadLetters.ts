/**
 * Dead letters: what is kept of an Action that failed for good, beside what it was run with; and
 * messages of other instances that nobody let in, which are dead letters of a type of their own.
 */
import { Action, Plain } from "@wr2/core"
import type { Actor, Aggregate } from "@wr2/core"
import { Result } from "effect"
import type { RuleEntry } from "./GameDef.ts"
import type { Projection } from "./Projection.ts"
import type { ActionRecord, DeadLetterRecord, DeadRow } from "./Records.ts"

/** Characters of an error that are kept. */
const errorMax = 4_000

const told = (error: unknown): string => {
  try {
    if (!(error instanceof Error)) return String(error)
    const { cause, message, stack } = error
    const text = stack ?? message
    return cause === undefined ? text : `${text}\ncaused by: ${told(cause)}`
  } catch {
    // What was thrown throws when it is asked what it is.
    return "something was thrown that cannot be told"
  }
}

/** Any error, with its stack, as text that the database takes. */
export const errorText = (error: unknown): string =>
  told(error).replaceAll("\0", "").toWellFormed().slice(0, errorMax)

/** What was read of a row that does not decode, as far as it is JSON. */
const readable = (value: unknown): unknown => {
  try {
    const text = JSON.stringify(value ?? null, (_, part) =>
      typeof part === "bigint" ? String(part) : part
    )
    return JSON.parse(text.replaceAll("\\u0000", ""))
  } catch {
    return "it cannot be told"
  }
}

/** Rows as an Action finds them, the first of them when they are many. */
export const rowsOf = (
  projection: Projection,
  locks: ReadonlyArray<Aggregate.Ref> | undefined,
  most: number
): Pick<DeadLetterRecord, "rows" | "rowsLeftOut"> => {
  if (locks === undefined) return { rows: null, rowsLeftOut: 0 }
  const there = locks.flatMap(({ aggregate, id }): ReadonlyArray<DeadRow> => {
    const entry = projection.entry(aggregate, id)
    if (entry === undefined) return []
    const fits = !entry.corrupt && Plain.problem(entry.row) === undefined
    const row = fits ? entry.row : readable(entry.row)
    const runtime = entry.runtime && readable(entry.runtime.data)
    return [
      {
        aggregate: aggregate._tag,
        id,
        row,
        ...(runtime === undefined ? {} : { runtime }),
        ...(fits ? {} : { corrupt: true })
      }
    ]
  })
  return { rows: there.slice(0, most), rowsLeftOut: Math.max(0, there.length - most) }
}

/** The type of Action that a message becomes whose Command was rejected. */
export const message = "message"

/** Such a message, as the Action that is a dead letter. */
export const lostMessage = (given: {
  readonly actor: Actor.Actor
  readonly commandId: string
  readonly wish: object
}): ActionRecord => ({
  no: 0,
  type: message,
  version: 1,
  payload: "command" in given.wish ? given.wish.command : null,
  actor: given.actor,
  commandId: given.commandId,
  cause: null,
  key: `${given.commandId}/0`,
  seed: 0,
  priority: 0,
  runAt: 0,
  attempts: 0,
  depth: 0
})

/** Why it is one. */
export const notLetIn = "a message was rejected: its rule must let it in or send it back"

/**
 * What runs such a message that an operator put back: its Command is issued once more. Rejected
 * again, it is a dead letter again (see Execution).
 */
export const messageRule = ({ actor, type }: ActionRecord): RuleEntry | undefined =>
  type === message && actor?.type === "instance" ? again : undefined

const again: RuleEntry = {
  rule: Action.make(message, {}).rule({
    emits: [],
    locks: () => [],
    decide: (command, { actor }) =>
      Result.succeed({ issue: [{ actor: actor!, command: command as { readonly _tag: string } }] })
  }),
  misfit: () => undefined
}
