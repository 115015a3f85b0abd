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

/** An identifier. Names of games may be words that SQL reserves. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A table of schema wr2. */
export const table = (name: string): string => `wr2.${quoted(name)}`

/** `unnest($1::bigint[], ...) AS v(instance_id, ...)`: the rows that travel along. */
export const unnest = (
  columns: ReadonlyArray<{ readonly name: string; readonly kind: Codec.Kind }>
): string =>
  `unnest(${columns.map(({ kind }, i) => `$${i + 1}::${Codec.arrayType[kind]}`).join(", ")}) ` +
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

/**
 * `INSERT INTO wr2.<name>` of gathered rows; `tail` may say what happens on conflict, `also` gives
 * columns that are the same in all rows, as expressions.
 */
export const insert = <R>(
  name: string,
  columns: ReadonlyArray<Column<R>>,
  tail = "",
  also: Readonly<Record<string, string>> = {}
): ((rows: Gathered<R>) => Statement) => {
  const all = [instanceColumn, ...columns]
  const names = [...all.map((c) => c.name), ...Object.keys(also)]
  const values = [
    ...all.map((c) => `v.${quoted(c.name)}${Codec.cast[c.kind]}`),
    ...Object.values(also)
  ]
  const text =
    `INSERT INTO ${table(name)} (${names.map(quoted).join(", ")}) ` +
    `SELECT ${values.join(", ")} FROM ${unnest(all)}${tail}`
  return (rows) => ({ text, params: columnsOf(columns, rows) })
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
