/**
 * Style as functions: each rule reads files and says what is wrong, one line per finding. test/tidy.test.ts runs them on
 * the repository and on planted violations.
 */
import { type Allowed, dataModules, judge, table } from "./imports.ts"

/** A file as the rules see it: its path from the root, with forward slashes, and its text. */
export interface File {
  readonly path: string
  readonly text: string
}

/** A rule: what is wrong with a file, if anything. */
export type Rule = (file: File) => ReadonlyArray<string>

/** One import statement. */
export interface Import {
  readonly line: number
  readonly from: string
  /** The imported names; "*" for a namespace or a bare import. */
  readonly names: ReadonlyArray<string>
}

/** The longest file anyone should have to read. */
export const linesMax = 400

const importPattern =
  /^[ \t]*(?:import|export)\s+(?:type\s+)?((?:[\w$*\s,]|\{[^}]*\})*?)\s*from\s*["']([^"']+)["']|^[ \t]*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm

/** The imports of a module, re-exports and dynamic imports included. */
export const importsOf = (text: string): ReadonlyArray<Import> =>
  [...text.matchAll(importPattern)].map((match) => {
    const clause = match[1] ?? "*"
    const braces = /\{([^}]*)\}/.exec(clause)?.[1]
    const names =
      braces === undefined
        ? ["*"]
        : braces
            .split(",")
            .map((name) =>
              name
                .trim()
                .replace(/^type\s+/, "")
                .replace(/\s+as\s+.*$/s, "")
            )
            .filter((name) => name !== "")
    if (clause.includes("*") && braces !== undefined) names.push("*")
    return { line: lineOf(text, match.index), from: match[2] ?? match[3] ?? match[4] ?? "", names }
  })

const lineOf = (text: string, index: number): number => text.slice(0, index).split("\n").length

const sourceOf = (path: string): { readonly name: string; readonly file: string } | undefined => {
  const match = /^packages\/([^/]+)\/src\/(.+)$/.exec(path)
  return match === null ? undefined : { name: match[1]!, file: match[2]! }
}

const isBelow = (parent: string, name: string) => name === parent || name.startsWith(`${parent}/`)

const mayUseNode = (allowed: Allowed, file: string) =>
  allowed.node === true ||
  allowed.node.some((each) => (each.endsWith("/") ? file.startsWith(each) : file === each))

/** Why a package may not import something, or undefined when it may. */
const forbidden = (
  name: string,
  allowed: Allowed,
  file: string,
  found: Import
): string | undefined => {
  const { from } = found
  if (from.startsWith(".")) {
    const path = new URL(from, `file:///packages/${name}/src/${file}`).pathname
    return path.startsWith(`/packages/${name}/src/`) ? undefined : "leaves the package"
  }
  if (from.startsWith("node:")) return mayUseNode(allowed, file) ? undefined : "Node is not allowed"
  if (from.startsWith("@wr2/")) {
    const other = from.split("/")[1]!
    return allowed.wr2.includes(other) ? undefined : `${name} may not depend on ${other}`
  }
  if (from === "effect") {
    if (allowed.effect === "all") return undefined
    const bad = found.names.filter((each) => !dataModules.includes(each))
    return bad.length === 0 ? undefined : `${bad.join(", ")}: only Effect's data modules here`
  }
  if (from.startsWith("effect/"))
    return allowed.effectFolders.some((folder) => isBelow(`effect/${folder}`, from))
      ? undefined
      : "this part of Effect is not allowed"
  return allowed.npm.some((each) => isBelow(each, from))
    ? undefined
    : "this npm package is not allowed"
}

/** The import table holds. */
export const importTable: Rule = ({ path, text }) => {
  const source = sourceOf(path)
  if (source === undefined) return []
  const allowed = table[source.name]
  if (allowed === undefined)
    return [`${path}: package ${source.name} is not in the import table, test/imports.ts`]
  return importsOf(text).flatMap((found) => {
    const why = forbidden(source.name, allowed, source.file, found)
    return why === undefined ? [] : [`${path}:${found.line}: import of "${found.from}": ${why}`]
  })
}

/** Who judges the product imports of it what is declared, and else only itself. */
export const judgeImports: Rule = ({ path, text }) => {
  const inFolder = (files: ReadonlyArray<string>, file: string) =>
    files.some((each) => `${judge.folder}/${each}` === file)
  if (!inFolder(judge.files, path)) return []
  return importsOf(text)
    .filter(({ from, names }) =>
      from === "@wr2/core"
        ? !names.every((name) => (judge.declarations as ReadonlyArray<string>).includes(name))
        : !inFolder(judge.files, new URL(from, `file:///${path}`).pathname.slice(1))
    )
    .map(({ from, line }) => `${path}:${line}: import of "${from}": the judge has nothing of it`)
}

/** A file fits into a head. */
export const length: Rule = ({ path, text }) => {
  const lines = text.split("\n").length - 1
  return lines <= linesMax ? [] : [`${path}: ${lines} lines, more than ${linesMax}: split it`]
}

/** A module says first what it is for; a barrel only lists. */
export const moduleDocs: Rule = ({ path, text }) =>
  sourceOf(path) === undefined || path.endsWith("/index.ts") || text.startsWith("/**")
    ? []
    : [`${path}:1: begin with a docstring that says what the module is for`]

const declaration =
  /^export (?:declare )?(?:abstract )?(?:async )?(const|let|function\*?|class|interface|type|namespace) ([\w$]+)/

/**
 * Every public export has a docstring. What bears the module's name is documented by the module's own; a type of the same
 * name as a documented value need not repeat it.
 */
export const exportDocs: Rule = ({ path, text }) => {
  if (sourceOf(path) === undefined) return []
  const lines = text.split("\n")
  const found = lines.flatMap((line, index) => {
    const match = declaration.exec(line)
    if (match === null) return []
    const before = lines[index - 1]?.trimEnd() ?? ""
    return [{ name: match[2]!, line: index + 1, documented: before.endsWith("*/") }]
  })
  const documented = new Set(found.filter((each) => each.documented).map((each) => each.name))
  documented.add(path.replace(/^.*\/|\.ts$/g, ""))
  return found
    .filter((each) => !documented.has(each.name))
    .map((each) => `${path}:${each.line}: export ${each.name} has no docstring`)
}

const perLine =
  (pattern: RegExp, message: string, applies: (path: string) => boolean = () => true): Rule =>
  ({ path, text }) =>
    applies(path)
      ? text
          .split("\n")
          .flatMap((line, index) =>
            pattern.test(line) ? [`${path}:${index + 1}: ${message}`] : []
          )
      : []

/** An open end has an issue, or it is forgotten. */
export const openEnds: Rule = perLine(
  /\b(?:TODO|FIXME|XXX|HACK)\b(?!.*#\d+)/,
  "name the issue (#123) or do it"
)

const isTest = (path: string) => path.endsWith(".test.ts")

/** A focused test hides all others. */
export const focusedTests: Rule = perLine(
  /\b(?:it|test|describe)\b.*\.only\(/,
  "a focused test hides the others",
  isTest
)

/** Every rule, by what it asks for. */
export const rules: Readonly<Record<string, Rule>> = {
  "the import table": importTable,
  "the judge's imports": judgeImports,
  "short files": length,
  "modules say what they are for": moduleDocs,
  "exports are documented": exportDocs,
  "no open ends": openEnds,
  "no focused tests": focusedTests
}
