/**
 * Text patterns of Commands, and the pure parser over all of a game's patterns.
 *
 *     "pay <gold> [to] <name>"      words, fields of one word, words that may be left out
 *     "say|' <text...>"             other names of the verb; the rest of the line
 *     "look [at] [<target...>]"     a field that may be left out (null: make it Schema.NullOr)
 *     "give <item...> [to] <name>"  a word that is met is never part of a field: give old map to bob
 *
 * The first word is the verb. Players may shorten it: `l` is `look` when no verb that also begins
 * with `l` has a higher precedence. Quotes keep words together: get "long sword".
 */
import { Result } from "effect"
import type { Plain } from "./Plain.ts"
import { edits } from "./Spelling.ts"

/** A line's first character, when it is no letter, digit, space or quote: it stands for a verb. */
const sign = /^[^\p{L}\p{N}\s"]/u

type Part =
  | { readonly kind: "word"; readonly word: string; readonly optional: boolean }
  | {
      readonly kind: "field"
      readonly field: string
      readonly rest: boolean
      readonly optional: boolean
    }

/** A pattern ready to match. */
export interface Compiled {
  readonly source: string
  readonly verbs: ReadonlyArray<string>
  readonly parts: ReadonlyArray<Part>
  /** Fields the pattern implies, and null for those it leaves out. */
  readonly implied: Readonly<Record<string, Plain>>
}

/** Compiles a pattern; throws when it cannot be read, or names a field that is unknown or has a value already. */
export const compile = (
  source: string,
  fields: ReadonlyArray<string>,
  implied: Readonly<Record<string, Plain>>
): Compiled => {
  const [head = "", ...rest] = source.trim().split(/\s+/)
  if (head === "" || /[<>[\]]/.test(head)) throw new Error(`grammar "${source}": begin with a verb`)
  const verbs = head
    .toLowerCase()
    .split("|")
    .filter((verb) => verb !== "")
  if (verbs.length === 0) throw new Error(`grammar "${source}": begin with a verb`)
  const mixed = verbs.find((verb) => sign.test(verb) && [...verb].length > 1)
  if (mixed !== undefined)
    throw new Error(`grammar "${source}": a sign is a verb by itself, unlike ${mixed}`)
  if (head.includes('"')) throw new Error(`grammar "${source}": a verb holds no quotes`)
  const parts = rest.map((text): Part => {
    const optional = text.startsWith("[") && text.endsWith("]")
    const inner = optional ? text.slice(1, -1) : text
    const field = /^<([A-Za-z_][A-Za-z0-9_]*)(\.\.\.)?>$/.exec(inner)
    if (field === null) {
      if (inner === "" || /[<>[\]|]/.test(inner))
        throw new Error(`grammar "${source}": cannot read ${text}`)
      return { kind: "word", word: inner.toLowerCase(), optional }
    }
    return { kind: "field", field: field[1]!, rest: field[2] !== undefined, optional }
  })
  const named = [
    ...Object.keys(implied),
    ...parts.flatMap((p) => (p.kind === "field" ? [p.field] : []))
  ]
  const double = named.find((field, i) => named.indexOf(field) !== i)
  if (double !== undefined) throw new Error(`grammar "${source}": two values for ${double}`)
  const unknown = named.find((field) => !fields.includes(field))
  if (unknown !== undefined) throw new Error(`grammar "${source}": no field ${unknown}`)
  const missing = fields.filter((field) => !named.includes(field))
  return {
    source,
    verbs,
    parts,
    implied: { ...Object.fromEntries(missing.map((field) => [field, null])), ...implied }
  }
}

/** A word of a line, and where in the line it stood, quotes included. */
interface Word {
  readonly text: string
  readonly from: number
  readonly to: number
}

const split = (line: string): { readonly line: string; readonly words: ReadonlyArray<Word> } => {
  const trimmed = line.trimStart()
  const leading = sign.exec(trimmed)?.[0]
  const spaced = leading === undefined ? trimmed : `${leading} ${trimmed.slice(leading.length)}`
  const found = [...spaced.matchAll(/"([^"]*)"|(\S+)/g)]
  return {
    line: spaced,
    words: found.map((match) => ({
      text: match[1] ?? match[2]!,
      from: match.index,
      to: match.index + match[0].length
    }))
  }
}

/** Words of a line; quotes keep words together, a leading sign (`'hello`) stands as a word of its own. */
export const words = (line: string): ReadonlyArray<string> =>
  split(line).words.map(({ text }) => text)

/**
 * The fields that a pattern finds in the words after the verb, as text; undefined: no match. `between`
 * gives the text from a word up to another; the words with spaces between them unless given.
 *
 * The pattern meets as many of its own words as it can; then each part takes as much as it can, the
 * first before the second. Time grows with parts times words, no faster, whatever the pattern: what
 * is best from where is found once, from the end of the line.
 */
export const match = (
  pattern: Compiled,
  given: ReadonlyArray<string>,
  between: (from: number, to: number) => string = (from, to) => given.slice(from, to).join(" ")
): Readonly<Record<string, Plain>> | undefined => {
  const { parts } = pattern
  const count = given.length
  /** How many own words the parts from here on meet in the words from here on; -1: they do not fit. */
  let after = new Int32Array(count + 1).fill(-1)
  after[count] = 0
  /** For each part, the word up to which it reaches when it begins with this one. */
  const reach: Array<Int32Array> = []
  for (const wanted of parts.toReversed()) {
    const here = new Int32Array(count + 1).fill(-1)
    const to = new Int32Array(count + 1)
    // The best place after this one for what follows, the last of equals.
    let best = count
    for (let word = count; word >= 0; word--) {
      if (word < count && (word + 1 === count || after[word + 1]! > after[best]!)) best = word + 1
      const end = wanted.kind === "field" && wanted.rest ? best : word + 1
      const takes =
        word < count && (wanted.kind === "field" || given[word]!.toLowerCase() === wanted.word)
      const taken = takes && after[end]! >= 0 ? after[end]! + (wanted.kind === "word" ? 1 : 0) : -1
      const left = wanted.optional ? after[word]! : -1
      here[word] = Math.max(taken, left)
      to[word] = taken >= left ? end : word
    }
    reach.push(to)
    after = here
  }
  if (after[0]! < 0) return undefined
  const found: Record<string, Plain> = { ...pattern.implied }
  let word = 0
  for (const [i, wanted] of parts.entries()) {
    const end = reach[parts.length - 1 - i]![word]!
    if (wanted.kind === "field") {
      found[wanted.field] = end === word ? null : wanted.rest ? between(word, end) : given[word]!
    }
    word = end
  }
  return found
}

/** A Command as the grammar sees it. */
export interface Entry {
  readonly _tag: string
  readonly patterns: ReadonlyArray<Compiled>
  readonly precedence: number
}

/** Why a line cannot be read, as data: the engine makes the `Rejected` of the same tag from it. */
export type Unparsed =
  | {
      readonly _tag: "UnknownVerb"
      readonly verb: string
      readonly suggestions: ReadonlyArray<string>
    }
  | {
      readonly _tag: "Ambiguous"
      readonly word: string
      readonly candidates: ReadonlyArray<string>
    }
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
): Result.Result<
  {
    readonly verb: string
    readonly readings: ReadonlyArray<Reading>
    readonly usage: ReadonlyArray<string>
  },
  Unparsed
> => {
  const typed = split(line)
  const [first = "", ...given] = typed.words.map(({ text }) => text)
  // The rest of a line is kept as it was typed, quotes and spaces included; one quoted word is unquoted.
  const between = (from: number, to: number) =>
    to === from + 1
      ? given[from]!
      : typed.line.slice(typed.words[from + 1]!.from, typed.words[to]!.to)
  const verb = first.toLowerCase()
  const all = entries.flatMap((entry) => entry.patterns.map((pattern) => ({ entry, pattern })))
  let chosen = all.filter(({ pattern }) => pattern.verbs.includes(verb))
  if (chosen.length === 0 && verb !== "") {
    const begun = all.filter(({ pattern }) => pattern.verbs.some((name) => name.startsWith(verb)))
    const top = Math.max(...begun.map(({ entry }) => entry.precedence))
    chosen = begun.filter(({ entry }) => entry.precedence === top)
    const tags = new Set(chosen.map(({ entry }) => entry._tag))
    if (tags.size > 1) {
      const candidates = chosen.map(({ pattern }) =>
        pattern.verbs.find((name) => name.startsWith(verb))!
      )
      return Result.fail({
        _tag: "Ambiguous",
        word: verb,
        candidates: [...new Set(candidates)].sort()
      })
    }
  }
  if (chosen.length === 0) {
    return Result.fail({
      _tag: "UnknownVerb",
      verb: verb.slice(0, 40).toWellFormed(),
      suggestions: suggest(all, verb)
    })
  }
  const ordered = [...chosen].sort(
    (a, b) =>
      b.entry.precedence - a.entry.precedence ||
      (a.entry._tag < b.entry._tag ? -1 : a.entry._tag > b.entry._tag ? 1 : 0)
  )
  const usage = ordered.map(({ pattern }) => pattern.source)
  const readings = ordered.flatMap(({ entry, pattern }) => {
    const fields = match(pattern, given, between)
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
  const names = new Set(
    all.flatMap(({ pattern }) => pattern.verbs.filter((name) => name.length > 1))
  )
  return [...names]
    .map((name) => ({ name, distance: edits(name, verb) }))
    .filter(({ distance, name }) => distance <= Math.min(2, Math.floor(name.length / 2)))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name)
}
