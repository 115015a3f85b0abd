/** YAML texts as entries that know where they were written. */
import { Result } from "effect"
import { LineCounter, isAlias, isMap, isScalar, parseDocument, visit } from "yaml"
import type { Alias, Document, Node } from "yaml"
import type { Problem } from "./Problem.ts"

/** A text to read, with the name to call it by. */
export interface File {
  readonly name: string
  readonly text: string
}

/** One entry of a section, as plain data. */
export interface Entry {
  readonly section: string
  /** Null for a section that is one entry: `settings`. */
  readonly slug: string | null
  readonly value: unknown
  /** Where a part of it is written: the nearest to the path that is. */
  readonly at: (path: ReadonlyArray<PropertyKey>) => {
    readonly file: string
    readonly line: number
  }
}

/** The sections of a file, and what cannot be read in it. Sections of `whole` are one entry each. */
export const read = (
  file: File,
  whole: ReadonlyArray<string>
): { readonly entries: ReadonlyArray<Entry>; readonly problems: ReadonlyArray<Problem> } => {
  const lines = new LineCounter()
  const document = parseDocument(file.text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "error"
  })
  const problem = (offset: number, reason: string): Problem => ({
    file: file.name,
    line: lines.linePos(offset).line,
    reason,
    suggestion: null
  })
  if (document.errors.length > 0) {
    return {
      entries: [],
      problems: document.errors.map((error) => problem(error.pos[0], `not YAML: ${error.message}`))
    }
  }
  if (document.contents === null) return { entries: [], problems: [] }
  if (!isMap(document.contents)) {
    return { entries: [], problems: [problem(0, "a file holds sections, like `rooms:`")] }
  }
  const entries: Array<Entry> = []
  const problems: Array<Problem> = []
  const entry = (section: string, slug: string | null, key: unknown, node: unknown) => {
    const start = offsetOf(key) ?? 0
    const value = plain(node, document)
    if (Result.isFailure(value)) {
      const name = slug === null ? section : `${section}.${slug}`
      problems.push(
        ...value.failure.map(({ offset, reason }) => problem(offset ?? start, `${name}: ${reason}`))
      )
      return
    }
    entries.push({
      section,
      slug,
      value: value.success,
      at: (path) => ({
        file: file.name,
        line: lines.linePos(deepest(node, path) ?? start).line
      })
    })
  }
  for (const { key, value } of document.contents.items) {
    const section = nameOf(key)
    if (whole.includes(section)) {
      entry(section, null, key, value)
    } else if (isMap(value)) {
      for (const inner of value.items) entry(section, nameOf(inner.key), inner.key, inner.value)
    } else if (value !== null && !(isScalar(value) && value.value === null)) {
      problems.push(
        problem(offsetOf(key) ?? 0, `${section}: a section holds entries by their slug`)
      )
    }
  }
  return { entries, problems }
}

const nameOf = (key: unknown): string => String(isScalar(key) ? key.value : key)
const offsetOf = (node: unknown): number | undefined => (node as Node | null)?.range?.[0]

interface Unreadable {
  readonly offset: number | undefined
  readonly reason: string
}

/** As plain data. What is well-formed may still stand for nothing, or for more than can be held. */
const plain = (
  node: unknown,
  document: Document
): Result.Result<unknown, ReadonlyArray<Unreadable>> =>
  node === null || node === undefined
    ? Result.succeed(null)
    : Result.try({
        try: (): unknown => (node as Node).toJS(document),
        catch: (error): ReadonlyArray<Unreadable> => {
          const lost = unresolved(node as Node, document)
          if (lost.length === 0) {
            const why = error instanceof Error ? error.message : String(error)
            return [{ offset: undefined, reason: `not YAML that can be read: ${why}` }]
          }
          return lost.map((alias) => ({
            offset: offsetOf(alias),
            reason: `*${alias.source} stands for nothing: no &${alias.source} is before it`
          }))
        }
      })

/** The aliases in a node that stand for nothing. */
const unresolved = (node: Node, document: Document): ReadonlyArray<Alias> => {
  if (isAlias(node)) return node.resolve(document) === undefined ? [node] : []
  const lost: Array<Alias> = []
  visit(node, {
    Alias: (_, alias) => {
      if (alias.resolve(document) === undefined) lost.push(alias)
    }
  })
  return lost
}

/** Where the last part of a path begins that is written at all: its key, or its place in a list. */
const deepest = (node: unknown, path: ReadonlyArray<PropertyKey>): number | undefined => {
  const [first, ...rest] = path
  if (first === undefined) return undefined
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => nameOf(key) === String(first))
    return pair === undefined ? undefined : (deepest(pair.value, rest) ?? offsetOf(pair.key))
  }
  const items = (node as { readonly items?: ReadonlyArray<unknown> } | null)?.items
  const item = typeof first === "number" ? items?.[first] : undefined
  return item === undefined ? undefined : (deepest(item, rest) ?? offsetOf(item))
}
