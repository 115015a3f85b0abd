/**
 * What a column of the memory database takes. The same values that Postgres refuses are refused, and
 * what is kept is a frozen copy: nobody shares mutable state with "the database".
 */
import type { Aggregate, Plain } from "@wr2/core"
import { StoreError } from "../PortErrors.ts"
import type {
  ActionLogRecord,
  ActionRecord,
  CursorRecord,
  DeadLetterRecord,
  EventRecord,
  OutboxRecord
} from "../Records.ts"

/** A kind of column; with a question mark it takes null. */
type Kind = Plain.ColumnKind | `${Plain.ColumnKind}?` | "jsonText"

/** The columns of a record. */
type Columns<R> = { readonly [K in keyof R]-?: Kind }

/** Refuses a value. */
const refuse = (path: string, why: string): never => {
  throw new StoreError({ reason: "Contents", message: `${path}: ${why}` })
}

const text = (path: string, value: string): string => {
  if (value.includes("\0")) refuse(path, "text holds NUL")
  if (!value.isWellFormed()) refuse(path, "text is not well-formed")
  return value
}

const frozen = (path: string, value: any): any => {
  if (typeof value === "string") return text(path, value)
  if (value === null || typeof value !== "object") return value
  for (const key of Object.keys(value)) {
    text(path, key)
    frozen(`${path}.${key}`, value[key])
  }
  return Object.freeze(value)
}

/** JSON as a jsonb column keeps it: what JSON cannot say is gone, and the copy is frozen. */
const json = (path: string, value: unknown): any => {
  const written = JSON.stringify(value)
  return written === undefined ? refuse(path, "no value") : frozen(path, JSON.parse(written))
}

/** JSON that comes as text. The text is kept as it came. */
const jsonText = (path: string, value: unknown): string => {
  if (typeof value !== "string") return refuse(path, "text expected")
  let parsed: unknown
  try {
    parsed = JSON.parse(text(path, value))
  } catch (cause) {
    return cause instanceof StoreError ? refuse(path, cause.message) : refuse(path, "not JSON")
  }
  frozen(path, parsed)
  return value
}

/** The value of one column. */
const column = (path: string, kind: Kind, value: unknown): any => {
  if (value === null || value === undefined) {
    return kind.endsWith("?") ? null : refuse(path, "null in a column that is never null")
  }
  switch (kind) {
    case "int":
    case "int?":
      return Number.isSafeInteger(value) ? value : refuse(path, `${String(value)} is no integer`)
    case "text":
    case "text?":
      return typeof value === "string" ? text(path, value) : refuse(path, "text expected")
    case "bool":
    case "bool?":
      return typeof value === "boolean" ? value : refuse(path, "boolean expected")
    case "json":
    case "json?":
      return json(path, value)
    case "jsonText":
      return jsonText(path, value)
  }
}

const record = <R extends object>(name: string, columns: Columns<R>) => {
  const kinds = Object.entries<Kind>(columns)
  return (value: R): R => {
    const kept: Record<string, unknown> = {}
    for (const [key, kind] of kinds) {
      kept[key] = column(`${name}.${key}`, kind, value[key as keyof R])
    }
    return Object.freeze(kept) as R
  }
}

const actionColumns: Columns<ActionRecord> = {
  no: "int",
  type: "text",
  version: "int",
  payload: "json",
  actor: "json?",
  commandId: "text?",
  cause: "int?",
  key: "text",
  seed: "int",
  priority: "int",
  runAt: "int",
  attempts: "int",
  depth: "int"
}

/** A pending Action. */
export const queued = record<ActionRecord>("action_queue", actionColumns)

/** A done Action. */
export const logged = record<ActionLogRecord>("action_log", {
  ...actionColumns,
  now: "int",
  idBase: "int?",
  contentHash: "text",
  rule: "int",
  asOf: "int?",
  outcome: "text",
  reason: "json?",
  firstSeq: "int?",
  position: "int"
})

/** An Action that failed for good. */
export const dead = record<DeadLetterRecord>("dead_letter", {
  ...actionColumns,
  reference: "text",
  error: "text",
  now: "int",
  idBase: "int?",
  contentHash: "text",
  rule: "int",
  asOf: "int?",
  runner: "text",
  rows: "json?",
  rowsLeftOut: "int"
})

/** An Event. */
export const event = record<EventRecord>("event_log", {
  seq: "int",
  type: "text",
  version: "int",
  payload: "jsonText",
  streams: "json",
  at: "int",
  actionNo: "int?",
  commandId: "text?",
  actor: "json?"
})

/** An actor's cursor. */
export const cursor = record<CursorRecord>("command_cursor", {
  actor: "text",
  lastN: "int",
  replies: "json",
  movedTo: "int?"
})

/** A message on its way. */
export const outgoing = record<OutboxRecord>("instance_outbox", {
  n: "int",
  target: "int",
  command: "json",
  traveller: "json?"
})

/** A row of an aggregate, with its id. */
export const row = (aggregate: Aggregate.Any, id: number, value: any): any => {
  const kept: Record<string, unknown> = { id: integer(`${aggregate.table}.id`, id) }
  for (const { field, kind, nullable } of aggregate.columns) {
    kept[field] = column(`${aggregate.table}.${field}`, nullable ? `${kind}?` : kind, value[field])
  }
  return Object.freeze(kept)
}

/** Runtime data. */
export const runtime = (aggregate: Aggregate.Any, data: unknown): any =>
  json(`${aggregate.runtime?.table}.data`, data)

/** A number that a caller names. */
export const integer = (path: string, value: number): number => column(path, "int", value)

/** A text that a caller names. */
export const string = (path: string, value: string): string => column(path, "text", value)
