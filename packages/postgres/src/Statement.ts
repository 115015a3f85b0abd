/**
 * Statements as values: a text that never changes (so that the server keeps its plan) and
 * parameters, one array per column. Built before anything is sent.
 */
import type { PgTypes } from "@effect/sql-pg"
import * as Codec from "./Codec.ts"

/** A text and its parameters. */
export interface Statement {
  readonly text: string
  readonly params: ReadonlyArray<PgTypes.Parameter>
}

/** Rows of several instances, gathered for one statement. */
export interface Gathered<R> {
  readonly instances: Array<number>
  readonly rows: Array<R>
}

/** Nothing yet. */
export const gather = <R>(): Gathered<R> => ({ instances: [], rows: [] })

/** Adds rows of one instance. */
export const add = <R>(to: Gathered<R>, instance: number, rows: Iterable<R>): void => {
  for (const row of rows) {
    to.instances.push(instance)
    to.rows.push(row)
  }
}

/** A column: its name, how it travels, and where it comes from. `json` and `texts` give text. */
export interface Column<R> {
  readonly name: string
  readonly kind: Codec.Kind
  readonly of: (row: R) => unknown
}

/** Texts that one kind of statement may have: the server keeps the plan of each, on every connection. */
export const textsMax = 16

/**
 * What is made for sets of columns, each once: for all of them, and for such sets as come first. Others
 * take the smallest that has all of theirs.
 */
export const shapes = <C, S>(all: ReadonlyArray<C>, make: (columns: ReadonlySet<C>) => S) => {
  const shapeOf = (columns: ReadonlySet<C>) => ({ columns, made: make(columns) })
  const known = [shapeOf(new Set(all))]
  return (wanted: ReadonlyArray<C>): S => {
    const [nearest] = known
      .filter(({ columns }) => wanted.every((column) => columns.has(column)))
      .sort((a, b) => a.columns.size - b.columns.size)
    if (nearest!.columns.size === wanted.length || known.length === textsMax) return nearest!.made
    const shape = shapeOf(new Set(wanted))
    known.push(shape)
    return shape.made
  }
}

/** An identifier. Names of games may be words that SQL reserves. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A table of schema wr2. */
export const table = (name: string): string => `wr2.${quoted(name)}`

/** `unnest($1::bigint[], ...) AS v(instance_id, ...)`: the rows that travel along. */
export const unnest = (
  columns: ReadonlyArray<{ readonly name: string; readonly kind: Codec.Kind }>
): string =>
  `unnest(${columns.map(({ kind }, i) => `$${i + 1}::${Codec.type[kind]}[]`).join(", ")}) ` +
  `AS v(${columns.map(({ name }) => quoted(name)).join(", ")})`

/** The instance's column, which comes first everywhere. */
export const instanceColumn = { name: "instance_id", kind: "int" } as const

/** The parameters of gathered rows: the instances, then one array per column. */
export const columnsOf = <R>(
  columns: ReadonlyArray<Column<R>>,
  { instances, rows }: Gathered<R>
): ReadonlyArray<PgTypes.Parameter> => [
  Codec.array("int", instances),
  ...columns.map(({ kind, of }) => Codec.array(kind, rows.map(of)))
]

/** Whether a column is the same in all rows. */
const isAlike = (values: ReadonlyArray<unknown>): boolean => {
  const [first] = values
  return values.every((value) => value === first)
}

/**
 * `INSERT INTO wr2.<name>` of gathered rows; `tail` may say what happens on conflict, `also` gives
 * columns as expressions. What is the same in all rows is sent once: many of an Action's columns in the log
 * are in most cycles.
 */
export const insert = <R>(
  name: string,
  columns: ReadonlyArray<Column<R>>,
  tail = "",
  also: Readonly<Record<string, string>> = {}
): ((rows: Gathered<R>) => Statement) => {
  const names = [instanceColumn, ...columns].map((column) => column.name).concat(Object.keys(also))
  const textOf = shapes(columns, (each) => {
    const sent = columns.filter((column) => each.has(column))
    let once = sent.length + 1
    const values = columns.map((column) => {
      const { kind } = column
      const value = each.has(column)
        ? `v.${quoted(column.name)}`
        : `$${++once}::${Codec.type[kind]}`
      return `${value}${Codec.cast[kind]}`
    })
    const all = ["v.instance_id", ...values, ...Object.values(also)]
    const text =
      `INSERT INTO ${table(name)} (${names.map(quoted).join(", ")}) ` +
      `SELECT ${all.join(", ")} FROM ${unnest([instanceColumn, ...sent])}${tail}`
    return { each, text }
  })
  return ({ instances, rows }) => {
    const values = columns.map(({ of }) => rows.map(of))
    const { each, text } = textOf(columns.filter((_, i) => !isAlike(values[i]!)))
    const arrays: Array<PgTypes.Parameter> = [Codec.array("int", instances)]
    const ones: Array<PgTypes.Parameter> = []
    columns.forEach((column, i) => {
      if (each.has(column)) arrays.push(Codec.array(column.kind, values[i]!))
      else ones.push(Codec.one(column.kind, values[i]![0]))
    })
    return { text, params: [...arrays, ...ones] }
  }
}

/**
 * A write that must find as many rows as it was given, or raise WR001 in the database: when its
 * answer arrives here, COMMIT is already on its way. `wanted` is the number of the parameter.
 */
export const expecting = (write: string, wanted: number, what: string): string =>
  `WITH done AS (${write} RETURNING 1) ` +
  `SELECT wr2.expect(count(*), $${wanted}, '${what.replaceAll("'", "''")}') FROM done`

/** `DELETE FROM wr2.<name>` of keys, each of which must be there. */
export const remove = (
  name: string,
  key: string
): ((instances: ReadonlyArray<number>, keys: ReadonlyArray<number>) => Statement) => {
  const text = expecting(
    `DELETE FROM ${table(name)} AS o USING ${unnest([instanceColumn, { name: key, kind: "int" }])} ` +
      `WHERE o.instance_id = v.instance_id AND o.${quoted(key)} = v.${quoted(key)}`,
    3,
    `${name} removed`
  )
  return (instances, keys) => ({
    text,
    params: [Codec.array("int", instances), Codec.array("int", keys), Codec.int(keys.length)]
  })
}
