/**
 * An Aggregate: a class of rows that Actions lock. Lock, load and write statements, the projection
 * and its indexes are all derived from this declaration; there is nothing to write for them.
 */
import { Schema, SchemaAST } from "effect"
import * as Plain from "./Plain.ts"

/** Declared fields: a struct of plain schemas. */
export type Fields = Schema.Struct.Fields
/** The value of declared fields. */
export type Of<F extends Fields> = Schema.Struct<F>["Type"]
/** What declared fields are made from: all of them, ids branded. */
export type Made<F extends Fields> = Schema.Struct<F>["~type.make.in"]

/** Names one aggregate: what a lock set is made of. */
export interface Ref {
  readonly aggregate: Any
  readonly id: number
}

/** A stream of Events, like `room:12`: what subscribers follow and Events are heard by. */
export type StreamKey = string

/** One change of one row; made by an Event's `evolve`, applied by the engine alone. */
export type Change =
  | { readonly op: "insert"; readonly aggregate: Any; readonly id: number; readonly row: unknown }
  | {
      readonly op: "update"
      readonly aggregate: Any
      readonly id: number
      readonly f: (row: any) => unknown
    }
  | { readonly op: "remove"; readonly aggregate: Any; readonly id: number }
  | {
      readonly op: "runtimeSet"
      readonly aggregate: Any
      readonly id: number
      readonly data: unknown
    }
  | {
      readonly op: "runtimeUpdate"
      readonly aggregate: Any
      readonly id: number
      readonly f: (data: any) => unknown
    }
  | { readonly op: "runtimeRemove"; readonly aggregate: Any; readonly id: number }

/** A row handed to a test or a birth: which aggregate, and its value. */
export interface Given {
  readonly ref: Ref
  readonly row: any
  readonly runtime?: any
}

/** A column of an aggregate's table, derived from a field. */
export interface Column {
  readonly field: string
  readonly name: string
  readonly kind: Plain.ColumnKind
  readonly nullable: boolean
}

/**
 * Derived data kept beside a row in its own 1:1 table, there while its owner is active. An older
 * `version`, or `cache_dirty`, and it is rebuilt by `build` at its next use. What `build` cannot
 * recover is forgettable by this declaration.
 */
export interface Runtime<Row, Data> {
  readonly schema: Schema.Schema<Data>
  readonly version: number
  readonly build: (row: Row, now: number) => Data
  /** Table name; `<aggregate's table>_runtime` unless given. */
  readonly table?: string
}

export interface Aggregate<Tag extends string, F extends Fields, Ix extends string, Data = never> {
  readonly _tag: Tag
  readonly rank: number
  /** The name of its table in schema `wr2`. */
  readonly table: string
  /** What streams and actors of this class are called: `character` of `character:7`. */
  readonly stem: string
  readonly fields: F
  readonly columns: ReadonlyArray<Column>
  readonly Id: Schema.brand<typeof Schema.Int, `${Tag}Id`>
  readonly Row: Schema.Struct<F & { readonly id: Schema.brand<typeof Schema.Int, `${Tag}Id`> }>
  readonly indexes: { readonly [K in Ix]: (row: any) => string | number | null }
  readonly runtime: (Runtime<any, Data> & { readonly table: string }) | undefined
  /** A row as given to tests and births; throws when it does not fit the fields. */
  readonly row: (row: Made<F> & { readonly id: number }, runtime?: NoInfer<Data>) => Given
  readonly ref: (id: number) => Ref
  readonly stream: (id: number) => StreamKey
  readonly insert: (row: Made<F> & { readonly id: number }) => Change
  readonly update: (
    id: number,
    f: (row: Row<Aggregate<Tag, F, Ix, Data>>) => Row<Aggregate<Tag, F, Ix, Data>>
  ) => Change
  readonly remove: (id: number) => Change
  /** Makes the runtime row, or replaces its data. */
  readonly setRuntime: (id: number, data: NoInfer<Data>) => Change
  readonly updateRuntime: (id: number, f: (data: Data) => Data) => Change
  readonly removeRuntime: (id: number) => Change
}

/** Any Aggregate, its types erased. */
export interface Any {
  readonly _tag: string
  readonly rank: number
  readonly table: string
  readonly stem: string
  readonly fields: any
  readonly columns: ReadonlyArray<Column>
  readonly Id: any
  readonly Row: any
  readonly indexes: any
  readonly runtime: any
  readonly row: any
  readonly ref: (id: number) => Ref
  readonly stream: (id: number) => StreamKey
  readonly insert: any
  readonly update: any
  readonly remove: (id: number) => Change
  readonly setRuntime: any
  readonly updateRuntime: any
  readonly removeRuntime: any
}
/** The row of an Aggregate. */
export type Row<A extends Any> = A["Row"]["Type"]
/** The runtime data of an Aggregate. */
export type RuntimeOf<A extends Any> = A extends Aggregate<any, any, any, infer Data> ? Data : never

/** `RoomTemplate` -> `room_template`. */
export const snake = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9_]/g, "_")
    .toLowerCase()

const nameRule = /^[a-z][a-z0-9_]{0,50}$/

/**
 * Declares a class of rows. `rank` is its place in the one lock order (lowest first); `indexes` are
 * kept by the projection, so that plans and `every` can look rows up by them (null: not indexed).
 *
 * @example
 * const Purse = Aggregate.define("Purse", {
 *   rank: 1, fields: { owner: Schema.String, gold: Schema.Int }, indexes: { owner: (p) => p.owner }
 * })
 */
export const define = <
  const Tag extends string,
  const F extends Fields,
  const Ix extends string = never,
  Data = never
>(
  tag: Tag,
  options: {
    readonly rank: number
    readonly fields: F
    readonly indexes?: {
      readonly [K in Ix]: (row: Of<F> & { readonly id: number }) => string | number | null
    }
    readonly table?: string
    readonly runtime?: Runtime<Of<F> & { readonly id: number }, Data>
  }
): Aggregate<Tag, F, Ix, Data> => {
  if (!Number.isSafeInteger(options.rank)) throw new Error(`${tag}: rank must be a whole number`)
  const table = options.table ?? snake(tag)
  const columns = Object.entries(options.fields).map(([field, schema]): Column => {
    const name = snake(field)
    if (!nameRule.test(name) || ["id", "instance_id", "version"].includes(name)) {
      throw new Error(`${tag}.${field}: not usable as a column name`)
    }
    return { field, name, ...Plain.column((schema as Schema.Top).ast, `${tag}.${field}`) }
  })
  const double = columns.find(
    ({ name }, i) => columns.findIndex((other) => other.name === name) !== i
  )
  if (double !== undefined)
    throw new Error(`${tag}.${double.field}: column ${double.name} is declared twice`)
  for (const name of [table, options.runtime?.table ?? table]) {
    if (!nameRule.test(name)) throw new Error(`${tag}: table name ${name} is not usable`)
  }
  const Id = Schema.Int.pipe(Schema.brand(`${tag}Id` as "Id"))
  const Row = Schema.Struct({ ...options.fields, id: Id } as Fields)
  const fits = Schema.is(Row as unknown as Schema.Schema<unknown>)
  if (options.runtime !== undefined) {
    const { ast } = options.runtime.schema as unknown as Schema.Top
    Plain.check(ast, `${tag}.runtime`, 0)
    // Kept as one jsonb record, the engine's own keys beside the game's.
    if (!SchemaAST.isObjects(ast)) throw new Error(`${tag}.runtime: must be a record`)
    if (
      ast.propertySignatures.some(({ name }) => name === "_cache_version" || name === "_built_at")
    ) {
      throw new Error(`${tag}.runtime: _cache_version and _built_at are the engine's`)
    }
  }
  const only = Plain.only([...Object.keys(options.fields), "id"])
  const self: any = {
    _tag: tag,
    rank: options.rank,
    table,
    stem: tag.charAt(0).toLowerCase() + tag.slice(1),
    fields: options.fields,
    columns,
    Id,
    Row,
    indexes: options.indexes ?? {},
    runtime:
      options.runtime === undefined
        ? undefined
        : { ...options.runtime, table: options.runtime.table ?? `${table}_runtime` },
    row: (row: any, runtime?: any) => {
      if (!fits(row)) throw new Error(`${tag} row does not fit its fields: ${JSON.stringify(row)}`)
      const wrong = Plain.problem(row)
      if (wrong !== undefined) throw new Error(`${tag} row: ${wrong}`)
      return { ref: self.ref(row.id), row, ...(runtime === undefined ? {} : { runtime }) }
    },
    ref: (id: number) => ({ aggregate: self, id }),
    stream: (id: number) => `${self.stem}:${id}`,
    insert: (row: any) => ({ op: "insert", aggregate: self, id: row.id, row: only(row) }),
    update: (id: number, f: any) => ({
      op: "update",
      aggregate: self,
      id,
      f: (row: any) => only(f(row))
    }),
    remove: (id: number) => ({ op: "remove", aggregate: self, id }),
    setRuntime: (id: number, data: any) => ({ op: "runtimeSet", aggregate: self, id, data }),
    updateRuntime: (id: number, f: any) => ({ op: "runtimeUpdate", aggregate: self, id, f }),
    removeRuntime: (id: number) => ({ op: "runtimeRemove", aggregate: self, id })
  }
  return self
}
