/** What a test's own code says: the test of a title in a file, and all of that file that it uses. */
import { parseSync } from "rolldown/utils"
import { sourceOf } from "./named.ts"

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string"

const children = (node: Node): ReadonlyArray<Node> =>
  Object.values(node).flatMap((value) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []
  )

/** A node and all below it, each with the block that it is in. */
const within = function* (node: Node, block: Node): Generator<readonly [Node, Node]> {
  yield [node, block]
  const inner = /^(Program|BlockStatement|ArrowFunctionExpression|Function.*)$/.test(node.type)
  for (const child of children(node)) yield* within(child, inner ? node : block)
}

const all = (node: Node): ReadonlyArray<Node> => [...within(node, node)].map(([each]) => each)

/** What is declared, and where it is known. */
interface Declared {
  readonly node: Node
  readonly block: Node
}

/** A file's nodes: its tests by their titles, and what is declared in it by name. */
interface File {
  readonly source: string
  readonly calls: ReadonlyArray<Node>
  readonly declared: ReadonlyMap<string, ReadonlyArray<Declared>>
}

const files = new Map<string, File>()

const parsed = (name: string): File => {
  const found = files.get(name)
  if (found !== undefined) return found
  const source = sourceOf(name)
  const program = parseSync(name, source).program as unknown as Node
  const declared = new Map<string, Array<Declared>>()
  const calls: Array<Node> = []
  for (const [node, block] of within(program, program)) {
    if (node.type === "CallExpression") calls.push(node)
    if (node.type !== "VariableDeclarator" && node.type !== "FunctionDeclaration") continue
    const { id } = node
    // `const { a, b } = made` declares both.
    const names = isNode(id) ? all(id).filter(({ type }) => type === "Identifier") : []
    for (const name of names.map((each) => each.name as string))
      declared.set(name, [...(declared.get(name) ?? []), { node, block }])
  }
  const file = { source, calls, declared }
  files.set(name, file)
  return file
}

/** The words of a test: `it`, `effect`, `each` of `it.effect.each(...)("title", ...)`. */
const words = (callee: unknown): ReadonlyArray<string> => {
  if (!isNode(callee)) return []
  if (callee.type === "Identifier") return [callee.name as string]
  if (callee.type === "MemberExpression")
    return [...words(callee.object), ...words(callee.property)]
  return callee.type === "CallExpression" ? words(callee.callee) : []
}

/** What the code of a test uses, that of what it calls in its file included. */
export interface Body {
  /** `it`, `effect`: how it is registered. */
  readonly words: ReadonlyArray<string>
  /** Names and texts in it; comments are none. */
  readonly uses: ReadonlySet<string>
}

/** The test of a title in a file; undefined: there is none, or more than one. */
export const bodyOf = (name: string, title: string): Body | undefined => {
  const { calls, declared, source } = parsed(name)
  const found = calls.filter(({ arguments: given, callee }) => {
    const [first] = given as ReadonlyArray<Node>
    if (first === undefined || !["it", "test"].includes(words(callee)[0] ?? "")) return false
    // As it is written, without its quotes: a template may have places in it.
    return source.slice(first.start + 1, first.end - 1).replaceAll("\\", "") === title
  })
  const [test] = found
  if (test === undefined || found.length > 1) return undefined
  const uses = new Set<string>()
  const seen = new Set<Node>()
  const look = (node: Node): void => {
    if (seen.has(node)) return
    seen.add(node)
    for (const each of all(node)) {
      const text =
        each.type === "Identifier" ? each.name : each.type === "Literal" ? each.value : undefined
      if (typeof text !== "string") continue
      uses.add(text)
      if (each.type !== "Identifier") continue
      for (const { block, node: one } of declared.get(text) ?? [])
        if (block.start <= each.start && each.end <= block.end) look(one)
    }
  }
  // Its title is no use of anything.
  for (const node of children(test)) if (node !== (test.arguments as Array<Node>)[0]) look(node)
  return { words: words(test.callee), uses }
}
