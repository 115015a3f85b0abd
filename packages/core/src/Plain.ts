/**
 * Plain values: what rows, Events, Actions and Commands may hold.
 *
 * Safe integers, booleans, well-formed strings without NUL, null, arrays and records; no floats,
 * no -0, no undefined, no class instances. So that jsonb, the wire and replay are exact, and so
 * that a value in memory is the value in the database: nothing is ever encoded or decoded twice.
 */
import { SchemaAST } from "effect"

/** A plain value. */
export type Plain =
  | null
  | boolean
  | number
  | string
  | ReadonlyArray<Plain>
  | { readonly [key: string]: Plain }

/** How a field is kept in a column. */
export type ColumnKind = "int" | "text" | "bool" | "json"

/** Whether a value is plain. Without a word of why, which costs more than to look. */
const isPlain = (value: unknown): boolean => {
  switch (typeof value) {
    case "boolean":
      return true
    case "number":
      return Number.isSafeInteger(value) && (value !== 0 || !Object.is(value, -0))
    case "string":
      return value.isWellFormed() && !value.includes("\0")
    case "object": {
      if (value === null) return true
      if (Array.isArray(value)) {
        // By number: a hole is a value that is not plain.
        for (let i = 0; i < value.length; i++) if (!isPlain(value[i])) return false
        return true
      }
      const proto = Object.getPrototypeOf(value)
      if (proto !== Object.prototype && proto !== null) return false
      for (const key in value) {
        if (!isPlain((value as Record<string, unknown>)[key]) || !isPlain(key)) return false
      }
      return true
    }
    default:
      return false
  }
}

/** Says where a value is not plain, or undefined when it is. Bounded by the value's own size. */
export const problem = (value: unknown, path = ""): string | undefined =>
  isPlain(value) ? undefined : explain(value, path)

const explain = (value: unknown, path: string): string | undefined => {
  switch (typeof value) {
    case "boolean":
      return undefined
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0)
        ? undefined
        : `${path || "value"}: ${Object.is(value, -0) ? "-0" : value} is not a safe integer`
    case "string":
      if (value.includes("\0")) return `${path || "value"}: text holds NUL`
      return value.isWellFormed() ? undefined : `${path || "value"}: text is not well-formed`
    case "object": {
      if (value === null) return undefined
      if (Array.isArray(value)) {
        for (let i = 0; i < value.length; i++) {
          const found = explain(value[i], `${path}[${i}]`)
          if (found !== undefined) return found
        }
        return undefined
      }
      const proto = Object.getPrototypeOf(value)
      if (proto !== Object.prototype && proto !== null)
        return `${path || "value"}: not a plain record`
      for (const key in value) {
        const bad = explain(key, `${path} key`)
        if (bad !== undefined) return bad
        const found = explain(
          (value as Record<string, unknown>)[key],
          path ? `${path}.${key}` : key
        )
        if (found !== undefined) return found
      }
      return undefined
    }
    default:
      return `${path || "value"}: ${typeof value} is not plain`
  }
}

/** JSON with sorted keys: equal values give equal text. Used to compare rows and to hash content. */
export const canonical = (value: unknown): string => {
  if (value === null || typeof value !== "object") return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`
  const record = value as Record<string, unknown>
  return `{${Object.keys(record)
    .filter((key) => record[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(record[key])}`)
    .join(",")}}`
}

/**
 * The plain column of a schema, or a thrown Error that says why the schema is not allowed.
 * Called once per field, when a definition is made: a bad definition never starts.
 */
export const column = (
  ast: SchemaAST.AST,
  path: string
): { readonly kind: ColumnKind; readonly nullable: boolean } => {
  check(ast, path, 0)
  if (SchemaAST.isUnion(ast)) {
    const members = ast.types.map((type) => column(type, path))
    const kinds = new Set(
      members.flatMap(({ kind }, i) => (SchemaAST.isNull(ast.types[i]!) ? [] : [kind]))
    )
    return {
      kind: kinds.size === 1 ? [...kinds][0]! : "json",
      nullable: members.some(({ nullable }) => nullable)
    }
  }
  if (SchemaAST.isNumber(ast)) return { kind: "int", nullable: false }
  if (SchemaAST.isString(ast) || SchemaAST.isTemplateLiteral(ast))
    return { kind: "text", nullable: false }
  if (SchemaAST.isBoolean(ast)) return { kind: "bool", nullable: false }
  if (SchemaAST.isLiteral(ast)) {
    const kind = typeof ast.literal
    return {
      kind: kind === "string" ? "text" : kind === "number" ? "int" : "bool",
      nullable: false
    }
  }
  return { kind: "json", nullable: SchemaAST.isNull(ast) }
}

/**
 * Throws unless every value of the schema is plain and encodes to itself, and every field is always
 * there. `depth` counts the recursive schemas entered so far: what they hold was seen by then.
 */
export const check = (ast: SchemaAST.AST, path: string, depth: number): void => {
  if (ast.context?.isOptional === true) {
    throw new Error(`${path}: optional fields are not plain; use Schema.NullOr`)
  }
  if (ast.context?.constructorDefault !== undefined) {
    throw new Error(`${path}: defaults are not applied here; give the value where it is made`)
  }
  if (ast.encoding !== undefined) {
    throw new Error(`${path}: a transformed schema cannot be stored; use the plain form`)
  }
  if (SchemaAST.isNumber(ast)) {
    if (!whole(ast.checks ?? [])) {
      throw new Error(
        `${path}: numbers must be Schema.Int (no floats in state, jsonb and replay stay exact)`
      )
    }
    return
  }
  if (
    SchemaAST.isString(ast) ||
    SchemaAST.isBoolean(ast) ||
    SchemaAST.isNull(ast) ||
    SchemaAST.isTemplateLiteral(ast) ||
    SchemaAST.isUnknown(ast)
  ) {
    return
  }
  if (SchemaAST.isLiteral(ast)) {
    const wrong = problem(ast.literal, path)
    if (wrong !== undefined) throw new Error(wrong)
    return
  }
  if (SchemaAST.isArrays(ast)) {
    for (const element of [...ast.elements, ...ast.rest]) check(element, `${path}[]`, depth)
    return
  }
  if (SchemaAST.isObjects(ast)) {
    for (const signature of ast.propertySignatures) {
      const wrong = problem(signature.name, `${path} key`)
      if (wrong !== undefined) throw new Error(wrong)
      check(signature.type, `${path}.${String(signature.name)}`, depth)
    }
    for (const { parameter, type } of ast.indexSignatures) {
      if (!SchemaAST.isString(parameter) && !SchemaAST.isTemplateLiteral(parameter)) {
        throw new Error(`${path}: records have keys of text`)
      }
      check(type, `${path}.*`, depth)
    }
    return
  }
  if (SchemaAST.isUnion(ast)) {
    for (const member of ast.types) check(member, path, depth)
    return
  }
  if (SchemaAST.isSuspend(ast)) {
    if (depth < 4) check(ast.thunk(), path, depth + 1)
    return
  }
  throw new Error(`${path}: ${ast._tag} is not plain`)
}

/** Whether one of the checks is that of Schema.Int: safe integers. */
const whole = (checks: ReadonlyArray<SchemaAST.Check<any>>): boolean =>
  checks.some((check) =>
    check._tag === "FilterGroup"
      ? whole(check.checks)
      : (check.annotations?.["representation"] as { readonly id?: unknown } | undefined)?.id ===
        "effect/schema/isInt"
  )

/**
 * A record with these fields and no others, the same one when it has no others: what is made from a
 * wider record (spread from a template, say) holds no more than a table or a client would get.
 */
export const only = (names: ReadonlyArray<string>): (<A>(record: A) => A) => {
  const named = new Set(names)
  return (record: any) => {
    if (record === null || typeof record !== "object") return record
    if (Object.keys(record).every((name) => named.has(name))) return record
    return Object.fromEntries(
      names.flatMap((name) => (name in record ? [[name, record[name]]] : []))
    )
  }
}
