/** What an error of the driver means for the engine: the table of docs/protocols.md 4. */
import { PgTypes } from "@effect/sql-pg"
import { StoreError } from "@wr2/engine/InstanceStore"
import type { SqlError } from "effect/sql/SqlError"
import * as Engine from "./migrations/0001_engine.ts"

/** Fields of the server's report, when it was the server that reported. */
interface Report {
  readonly code?: string
  readonly message?: string
  readonly table?: string
  readonly constraint?: string
}

type Reason = StoreError["reason"]

const classes: ReadonlyArray<readonly [RegExp, Reason]> = [
  [/^WR001$/, "Wrong"],
  // A second row for one key in one statement: the projection has it twice.
  [/^21000$/, "Wrong"],
  // 22 and 23: what the values are; 44 and P0001: a rule of the game's own tables; 54: too big.
  [/^(22|23|44|54|P0001)/, "Contents"],
  // 42: no such table, column or right; 28, 3D, 3F: no such role, database, schema; 25006: a standby;
  // XX001, XX002: pages that are damaged; WR002: what is immutable. Another time it is the same.
  [/^(42|28|3D|3F|25006|XX00[12]|WR002)/, "Unusable"]
]

const isLog = (table: string | undefined) => table === "event_log" || table === "action_log"

const ofCode = ({ code, constraint, table }: Report): Reason => {
  // Whatever volume it is in. One that is not there is nothing that is wrong with a row.
  const log = table?.replace(/(event_log|action_log)_\d+$/, "$1")
  if (code === "23514" && constraint === undefined && isLog(log)) return "Unusable"
  if (code === "23505") {
    if (/^event_log(_\d+)?_pkey$/.test(constraint ?? "")) return "Fenced"
    // A key of the engine's own, or the id of a row: who made it believed that there was none.
    if (log !== undefined && Engine.tables.includes(log)) return "Wrong"
    if (constraint?.endsWith("_pkey")) return "Wrong"
  }
  // What is left is trouble of the server (40, 53, 55P03, 57, 58, 25P0x, 08) or a plan that a changed
  // schema has made void (0A000): nothing was written, and another time it may be.
  return classes.find(([pattern]) => pattern.test(code!))?.[1] ?? "Transient"
}

/**
 * The class of an error. `commitSent`: COMMIT was already on its way, so that a connection that is
 * lost without a word of the server says nothing about what became of it.
 *
 * **Details** A report of the server is always of a statement before COMMIT: it aborted the
 * transaction, and COMMIT will do the same.
 */
export const fromSql = (error: SqlError, commitSent: boolean): StoreError => {
  const cause = error.reason.cause
  const report = (cause ?? {}) as Report
  if (typeof report.code === "string" && /^[0-9A-Z]{5}$/.test(report.code)) {
    return new StoreError({
      reason: ofCode(report),
      message: `${report.code}: ${report.message ?? error.message}`
    })
  }
  if (cause instanceof PgTypes.CodecError || /Failed to encode/.test(error.reason.message ?? "")) {
    return new StoreError({ reason: "Contents", message: `not encodable: ${messageOf(cause)}` })
  }
  return new StoreError({
    reason: commitSent ? "Unknown" : "Transient",
    message: `${error.reason.message ?? error.message}: ${messageOf(cause)}`
  })
}

const messageOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message : typeof cause === "string" ? cause : "no cause given"
