/**
 * How players name things: `sword` (the first), `2.sword`, `long sword` (all words fit), `all`,
 * `all.sword`, and exactly `item.123`, `mob.9`, `character.7`. Words are keywords or of the name, and may
 * be typed short as long as they mean one thing.
 */
import { Rejected } from "@wr2/core"
import { Result } from "effect"
import { nearest } from "./content/Problem.ts"
import { NotHere } from "./Failures.ts"
import { said, words } from "./Names.ts"

/** Something that can be named. */
export interface Thing {
  readonly kind: "item" | "mob" | "character"
  readonly id: number
  readonly name: string
  readonly keywords: ReadonlyArray<string>
}

type Selector =
  | { readonly _tag: "Exact"; readonly key: string }
  | { readonly _tag: "All"; readonly words: ReadonlyArray<string> }
  | {
      readonly _tag: "Nth"
      readonly n: number
      /** The number was said. */
      readonly counted: boolean
      readonly words: ReadonlyArray<string>
    }

const parse = (text: string): Selector => {
  const words = said(text)
  const [first = "", ...rest] = words
  if (rest.length === 0 && /^(item|mob|character)\.\d{1,16}$/.test(first)) {
    return { _tag: "Exact", key: first }
  }
  const [, head = "", tail = ""] = /^(all|\d{1,3})(?:\.(.+))?$/.exec(first) ?? []
  const named = tail === "" ? rest : [tail, ...rest]
  if (head === "all") return { _tag: "All", words: named }
  if (head !== "" && tail !== "")
    return { _tag: "Nth", n: Number(head), counted: true, words: named }
  return { _tag: "Nth", n: 1, counted: false, words }
}

/** All that it is called. */
const called = ({ keywords, name }: Thing): ReadonlyArray<string> => [...keywords, ...words(name)]

/** A single letter is no name. Of players it is: they are asked back whom they mean. */
const isShortFor = (word: string, { kind }: Thing, name: string): boolean =>
  (word.length > 1 || kind === "character") && name.startsWith(word)

/** Those that are called so; if there are none, those whose names begin so. */
const fitting = <T extends Thing>(
  words: ReadonlyArray<string>,
  things: ReadonlyArray<T>
): { readonly found: ReadonlyArray<T>; readonly isShort: boolean } => {
  const those = (is: (word: string, thing: T, name: string) => boolean) =>
    things.filter((thing) => {
      const names = called(thing)
      return words.every((word) => names.some((name) => is(word, thing, name)))
    })
  const found = those((word, _, name) => name === word)
  return found.length > 0 ? { found, isShort: false } : { found: those(isShortFor), isShort: true }
}

/** Several that are not called the same: which of them is asked back. */
const unlike = (
  text: string,
  things: ReadonlyArray<Thing>
): Result.Result<void, Rejected.Ambiguous> => {
  const names = [...new Set(things.map(({ name }) => name))]
  return names.length < 2
    ? Result.void
    : Result.fail(new Rejected.Ambiguous({ word: text, candidates: names.slice(0, 10) }))
}

/** The things that a text names, at least one. A short word must mean one thing. */
export const choose = <T extends Thing>(
  text: string,
  things: ReadonlyArray<T>
): Result.Result<ReadonlyArray<T>, NotHere | Rejected.Ambiguous> => {
  const selector = parse(text)
  if (selector._tag === "Exact") {
    const found = things.filter(({ id, kind }) => `${kind}.${id}` === selector.key)
    return found.length > 0 ? Result.succeed(found) : Result.fail(new NotHere({ what: text }))
  }
  const { words } = selector
  const { found, isShort } = fitting(words, things)
  if (selector._tag === "All" && found.length > 0) return Result.succeed(found)
  if (selector._tag === "Nth" && words.length > 0 && found.length > 0) {
    if (isShort && !selector.counted) {
      const one = unlike(text, found)
      if (Result.isFailure(one)) return Result.fail(one.failure)
    }
    const chosen = found.slice(selector.n - 1, selector.n)
    if (chosen.length > 0) return Result.succeed(chosen)
  }
  const word = found.length > 0 ? undefined : words.at(-1)
  const names = things.flatMap(({ keywords }) => keywords)
  return Result.fail(new NotHere({ what: text, ...(word === undefined ? {} : near(word, names)) }))
}

/** What may have been meant by a word that nothing is called by: it is said short, and asked back. */
export const near = (word: string, names: ReadonlyArray<string>): { readonly meant?: string } => {
  const found = word.length < 3 || word.length > 20 ? null : nearest(word, names)
  return found === null ? {} : { meant: found }
}

/** The one thing that a text names: of several that are called the same, the first. */
export const chooseOne = <T extends Thing>(
  text: string,
  things: ReadonlyArray<T>
): Result.Result<T, NotHere | Rejected.Ambiguous> =>
  Result.flatMap(choose(text, things), (chosen) =>
    Result.map(unlike(text, chosen), () => chosen[0]!)
  )

/** So many things a Command takes, drops or gives at once. */
export const atOnce = 20
