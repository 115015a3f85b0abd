/**
 * What comes from a client, made harmless before anybody else sees it: no control characters (a
 * terminal would obey them), no invisible characters that turn text around, no broken surrogates.
 */
import { Result, Schema } from "effect"

/** C0, DEL, C1, line separators, and the marks that reorder text (bidi embeddings, isolates). */
// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/g

/** A line of text as others may see it. */
export const line = (text: string): string => text.replace(control, " ").toWellFormed()

/**
 * A line that is no longer than one character above the bound: the owner answers TooLong, so that
 * its n counts as answered there, and nothing long travels on.
 */
export const bounded = (text: string, max: number): string =>
  line(text.length > max ? text.slice(0, max + 1) : text)

const parse = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))

/** A typed Command from its JSON text, cleaned; undefined when it is no JSON or nested too deep. */
export const command = (text: string, depthMax: number): unknown => {
  const parsed = parse(text)
  return Result.isSuccess(parsed) ? cleaned(parsed.success, depthMax) : undefined
}

/** A value of JSON with its texts cleaned; undefined when nested too deep. */
const cleaned = (value: unknown, depth: number): unknown => {
  if (typeof value === "string") return line(value)
  if (typeof value !== "object" || value === null) return value
  if (depth === 0) return undefined
  if (Array.isArray(value)) {
    const items = value.map((item) => cleaned(item, depth - 1))
    return items.includes(undefined) ? undefined : items
  }
  // A record without a prototype: a key like __proto__ is a key and nothing else.
  const record: Record<string, unknown> = Object.create(null)
  for (const [key, item] of Object.entries(value)) {
    const kept = cleaned(item, depth - 1)
    if (kept === undefined) return undefined
    record[line(key)] = kept
  }
  return record
}
