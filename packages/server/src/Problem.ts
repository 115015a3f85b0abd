/** What keeps the server from starting, said to whoever started it: one line, then exit code 1. */
import { Schema } from "effect"

/** Something that the operator can mend; the message says what, and how. */
export class Problem extends Schema.TaggedError<Problem>()("Problem", { message: Schema.String }) {}

interface Told {
  readonly _tag?: unknown
  readonly message?: unknown
  readonly reason?: unknown
  readonly cause?: unknown
}

const toTold = (error: unknown): Told =>
  typeof error === "object" && error !== null ? (error as Told) : {}

/** The message at the bottom of a failure: the wrappers above it repeat it. */
const deepest = (error: unknown): string => {
  const { cause, message, reason } = toTold(error)
  const below = [cause, reason].find(
    (inner) => typeof toTold(inner).message === "string" && toTold(inner).message !== ""
  )
  return below === undefined ? String(message ?? error) : deepest(below)
}

/** "PORT: expected a value between 0 and 65535" out of what Schema says of a variable. */
const variable = (text: string): string => {
  const line = text.replaceAll(/\s*\n\s*/g, " ").trim()
  const match = /^SchemaError\((.*) at \["(\w+)"\](.*)\)$/.exec(line)
  if (match === null) return line
  const [, what = "", name = "", inside = ""] = match
  const where = [...inside.matchAll(/\["?(\w+)"?\]/g)].map(([, key]) => key).join(".")
  return `${name}: ${what.charAt(0).toLowerCase()}${what.slice(1)}${where === "" ? "" : ` at ${where}`}`
}

/** Any failure as the text for the operator. */
export const explain = (error: unknown): string => {
  const { _tag, message } = toTold(error)
  if (_tag === "ConfigError") return variable(String(message))
  if (_tag === "SqlError") return `the database cannot be used: ${deepest(error)}`
  return typeof message === "string" && message !== "" ? message : deepest(error)
}
