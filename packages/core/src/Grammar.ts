/**
 * Text patterns of Commands, and the pure parser over all of a game's patterns.
 *
 *     "pay <gold> [to] <name>"      words, fields of one word, words that may be left out
 *     "say|' <text...>"             other names of the verb; the rest of the line
 *     "look [at] [<target...>]"     a field that may be left out (null: make it Schema.NullOr)
 *
 * The first word is the verb. Players may shorten it: `l` is `look` when no verb that also begins
 * with `l` has a higher precedence. Quotes keep words together: get "long sword".
 */
import { Result } from "effect"
import type { Plain } from "./Plain.ts"

type Part =
  | { readonly kind: "word"; readonly word: string; readonly optional: boolean }
  | { readonly kind: "field"; readonly field: string; readonly rest: boolean; readonly optional: boolean }

/** A pattern ready to match. */
export interface Compiled {
  readonly source: string
  readonly verbs: ReadonlyArray<string>
  readonly parts: ReadonlyArray<Part>
  /** Fields the pattern implies, and null for those it leaves out. */
  readonly implied: Readonly<Record<string, Plain>>
}

/** Compiles a pattern; throws when it names unknown fields or leaves one without a value. */
export const compile = (
  source: string,
  fields: ReadonlyArray<string>,
  implied: Readonly<Record<string, Plain>>
): Compiled => {
  const [head = "", ...rest] = source.trim().split(/\s+/)
  if (head === "" || /[<>[\]]/.test(head)) throw new Error(`grammar "${source}": begin with a verb`)
  const parts = rest.map((text): Part => {
    const optional = text.startsWith("[") && text.endsWith("]")
    const inner = optional ? text.slice(1, -1) : text
    const field = /^<([A-Za-z_][A-Za-z0-9_]*)(\.\.\.)?>$/.exec(inner)
    if (field === null) {
      if (/[<>[\]]/.test(inner)) throw new Error(`grammar "${source}": cannot read ${text}`)
      return { kind: "word", word: inner.toLowerCase(), optional }
    }
    if (!fields.includes(field[1]!)) throw new Error(`grammar "${source}": no field ${field[1]}`)
    return { kind: "field", field: field[1]!, rest: field[2] !== undefined, optional }
  })
  const named = new Set([...Object.keys(implied), ...parts.flatMap((p) => (p.kind === "field" ? [p.field] : []))])
  const missing = fields.filter((field) => !named.has(field))
  return {
    source,
    verbs: head.toLowerCase().split("|").filter((verb) => verb !== ""),
    parts,
    implied: { ...Object.fromEntries(missing.map((field) => [field, null])), ...implied }
  }
}

/** Words of a line; quotes keep words together, a leading sign (`'hello`) stands as a word of its own. */
export const words = (line: string): ReadonlyArray<string> => {
  const spaced = /^[^\p{L}\p{N}\s"]/u.test(line) ? `${line[0]} ${line.slice(1)}` : line
  return [...spaced.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2]!)
}

/** The fields that a pattern finds in the words after the verb, as text; undefined: no match. */
export const match = (
  pattern: Compiled,
  given: ReadonlyArray<string>
): Readonly<Record<string, Plain>> | undefined => {
  const go = (part: number, word: number): Record<string, Plain> | undefined => {
    const wanted = pattern.parts[part]
    if (wanted === undefined) return word === given.length ? { ...pattern.implied } : undefined
    if (wanted.kind === "word") {
      const taken = given[word]?.toLowerCase() === wanted.word ? go(part + 1, word + 1) : undefined
      return taken ?? (wanted.optional ? go(part + 1, word) : undefined)
    }
    if (wanted.rest) {
      for (let end = given.length; end > word; end--) {
        const found = go(part + 1, end)
        if (found !== undefined) return { ...found, [wanted.field]: given.slice(word, end).join(" ") }
      }
    } else if (word < given.length) {
      const found = go(part + 1, word + 1)
      if (found !== undefined) return { ...found, [wanted.field]: given[word]! }
    }
    if (!wanted.optional) return undefined
    const found = go(part + 1, word)
    return found === undefined ? undefined : { ...found, [wanted.field]: null }
  }
  return go(0, 0)
}

/** A Command as the grammar sees it. */
export interface Entry {
  readonly _tag: string
  readonly patterns: ReadonlyArray<Compiled>
  readonly precedence: number
}

export type Unparsed =
  | { readonly _tag: "UnknownVerb"; readonly verb: string; readonly suggestions: ReadonlyArray<string> }
  | { readonly _tag: "Ambiguous"; readonly word: string; readonly candidates: ReadonlyArray<string> }
  | { readonly _tag: "Malformed"; readonly verb: string; readonly usage: ReadonlyArray<string> }

/** A reading of the line: which Command, and its fields as text. Several when patterns overlap. */
export interface Reading {
  readonly _tag: string
  readonly fields: Readonly<Record<string, Plain>>
}

/**
 * Reads a line against all Commands: the verb in full first, else as an abbreviation by declared
 * precedence. Readings come in order of preference; the caller takes the first that its schema
 * accepts.
 */
export const parse = (
  entries: ReadonlyArray<Entry>,
  line: string
): Result.Result<{ readonly verb: string; readonly readings: ReadonlyArray<Reading>; readonly usage: ReadonlyArray<string> }, Unparsed> => {
  const [first = "", ...given] = words(line)
  const verb = first.toLowerCase()
  const all = entries.flatMap((entry) => entry.patterns.map((pattern) => ({ entry, pattern })))
  let chosen = all.filter(({ pattern }) => pattern.verbs.includes(verb))
  if (chosen.length === 0 && verb !== "") {
    const begun = all.filter(({ pattern }) => pattern.verbs.some((name) => name.startsWith(verb)))
    const top = Math.max(...begun.map(({ entry }) => entry.precedence))
    chosen = begun.filter(({ entry }) => entry.precedence === top)
    const tags = new Set(chosen.map(({ entry }) => entry._tag))
    if (tags.size > 1) {
      const candidates = chosen.map(({ pattern }) => pattern.verbs.find((name) => name.startsWith(verb))!)
      return Result.fail({ _tag: "Ambiguous", word: verb, candidates: [...new Set(candidates)].sort() })
    }
  }
  if (chosen.length === 0) {
    return Result.fail({ _tag: "UnknownVerb", verb: verb.slice(0, 40), suggestions: suggest(all, verb) })
  }
  const ordered = [...chosen].sort((a, b) => b.entry.precedence - a.entry.precedence)
  const usage = ordered.map(({ pattern }) => pattern.source)
  const readings = ordered.flatMap(({ entry, pattern }) => {
    const fields = match(pattern, given)
    return fields === undefined ? [] : [{ _tag: entry._tag, fields }]
  })
  return readings.length === 0
    ? Result.fail({ _tag: "Malformed", verb, usage })
    : Result.succeed({ verb, readings, usage })
}

/** Up to three verbs within two edits of what was typed. */
const suggest = (
  all: ReadonlyArray<{ readonly pattern: Compiled }>,
  verb: string
): ReadonlyArray<string> => {
  if (verb.length > 20) return []
  const names = new Set(all.flatMap(({ pattern }) => pattern.verbs.filter((name) => name.length > 1)))
  return [...names]
    .map((name) => ({ name, distance: edits(name, verb) }))
    .filter(({ distance, name }) => distance <= Math.min(2, Math.floor(name.length / 2)))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name)
}

/** Levenshtein distance. */
const edits = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}
