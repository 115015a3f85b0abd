/**
 * How players name things: `sword` (the first), `2.sword`, `long sword` (all words fit), `all`,
 * `all.sword`, and exactly `item.123`, `mob.9`, `character.7`.
 */
import { Rejected } from "@wr2/core"
import { Result } from "effect"
import { nearest } from "./content/Problem.ts"
import { NotHere } from "./Failures.ts"

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
  | { readonly _tag: "Nth"; readonly n: number; readonly words: ReadonlyArray<string> }

const articles = ["a", "an", "the"]

const parse = (text: string): Selector => {
  const said = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
  const meant = said.filter((word) => !articles.includes(word))
  const words = meant.length === 0 ? said : meant
  const [first = "", ...rest] = words
  if (rest.length === 0 && /^(item|mob|character)\.\d{1,16}$/.test(first)) {
    return { _tag: "Exact", key: first }
  }
  const [, head = "", tail = ""] = /^(all|\d{1,3})(?:\.(.+))?$/.exec(first) ?? []
  const named = tail === "" ? rest : [tail, ...rest]
  if (head === "all") return { _tag: "All", words: named }
  if (head !== "" && tail !== "") return { _tag: "Nth", n: Number(head), words: named }
  return { _tag: "Nth", n: 1, words }
}

const fits = (thing: Thing, words: ReadonlyArray<string>): boolean =>
  words.every(
    (word) =>
      thing.keywords.includes(word) ||
      // Names of players are typed short.
      (thing.kind === "character" && thing.name.toLowerCase().startsWith(word))
  )

/** The things that a text names, at least one. */
export const choose = <T extends Thing>(
  text: string,
  things: ReadonlyArray<T>
): Result.Result<ReadonlyArray<T>, NotHere> => {
  const selector = parse(text)
  const found =
    selector._tag === "Exact"
      ? things.filter(({ id, kind }) => `${kind}.${id}` === selector.key)
      : things.filter((thing) => fits(thing, selector.words))
  const chosen =
    selector._tag !== "Nth"
      ? found
      : selector.words.length === 0
        ? []
        : found.slice(selector.n - 1, selector.n)
  if (chosen.length > 0) return Result.succeed(chosen)
  const word = selector._tag === "Exact" || found.length > 0 ? undefined : selector.words.at(-1)
  const names = things.flatMap(({ keywords }) => keywords)
  return Result.fail(new NotHere({ what: text, ...(word === undefined ? {} : near(word, names)) }))
}

/** What may have been meant by a word that nothing is called by: it is said short, and asked back. */
export const near = (word: string, names: ReadonlyArray<string>): { readonly meant?: string } => {
  const found = word.length < 3 || word.length > 20 ? null : nearest(word, names)
  return found === null ? {} : { meant: found }
}

/** The one thing that a text names. Several persons whose names begin so are ambiguous; of other things it is the first. */
export const chooseOne = <T extends Thing>(
  text: string,
  things: ReadonlyArray<T>
): Result.Result<T, NotHere | Rejected.Ambiguous> =>
  Result.flatMap(choose(text, things), (chosen): Result.Result<T, Rejected.Ambiguous> => {
    const selector = parse(text)
    const word = text.toLowerCase()
    // Whom the game calls so is meant before whoever took such a name.
    const persons =
      selector._tag === "Nth" && !/^\d/.test(word) && chosen[0]!.kind === "character"
        ? things.filter((thing) => thing.kind === "character" && fits(thing, selector.words))
        : []
    const exact = persons.find(({ name }) => name.toLowerCase() === word)
    const several = selector._tag === "All" ? chosen : exact === undefined ? persons : [exact]
    if (several.length > 1) {
      const candidates = [...new Set(several.map(({ name }) => name))].slice(0, 10)
      return Result.fail(new Rejected.Ambiguous({ word: text, candidates }))
    }
    return Result.succeed(exact ?? chosen[0]!)
  })

/** So many things a Command takes, drops or gives at once. */
export const atOnce = 20
