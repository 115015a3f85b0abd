/**
 * What comes from a client, made harmless before anybody else sees it: no control characters (a
 * terminal would obey them), no invisible characters that turn text around, no broken surrogates.
 */
import { Result, Schema } from "effect"

/** Controls, line separators, the marks that reorder text (bidi embeddings, isolates, marks), tags. */
const control =
  /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]+/gu
/** Marks on one letter: no script needs more; a heap of them grows over the lines around. */
const heap = /(\p{M}{4})\p{M}+/gu

/** A line of text as others may see it. */
export const line = (text: string): string =>
  text.toWellFormed().replace(control, " ").replace(heap, "$1")

/**
 * A line that is no longer than one character above the bound: the owner answers TooLong, so that
 * its n counts as answered there, and nothing long travels on.
 */
export const bounded = (text: string, max: number): string =>
  line(text.length > max ? text.slice(0, max + 1) : text)

const parse = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))

/** A value from its JSON text, cleaned; undefined when it is no JSON or nested too deep. */
export const json = (text: string, depthMax: number): unknown => {
  const parsed = parse(text)
  return Result.isSuccess(parsed) ? cleaned(parsed.success, depthMax) : undefined
}

/** A value of JSON with its texts cleaned; undefined when nested too deep. */
const cleaned = (given: unknown, depth: number): unknown => {
  if (typeof given === "string") return line(given)
  if (typeof given !== "object" || given === null) return given
  if (depth === 0) return undefined
  if (Array.isArray(given)) {
    const items = given.map((item) => cleaned(item, depth - 1))
    return items.includes(undefined) ? undefined : items
  }
  // A record without a prototype: a key like __proto__ is a key and nothing else.
  const record: Record<string, unknown> = Object.create(null)
  for (const [key, item] of Object.entries(given)) {
    const kept = cleaned(item, depth - 1)
    if (kept === undefined) return undefined
    record[line(key)] = kept
  }
  return record
}
