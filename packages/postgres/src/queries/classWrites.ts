/** Writes of one class of rows (or of their runtime rows), gathered and sent as up to three statements. */
import * as Codec from "../Codec.ts"
import {
  add,
  type Column,
  columnsOf,
  expecting,
  gather,
  type Gathered,
  insert,
  instanceColumn,
  remove,
  type Statement,
  table,
  unnest
} from "../Statement.ts"

/** Inserts, updates and deletes of one table, each as one statement for all rows. */
export interface Writers<R> {
  readonly insert: (rows: Gathered<R>) => Statement
  readonly update: (rows: Gathered<R>) => Statement
  readonly remove: (instances: ReadonlyArray<number>, ids: ReadonlyArray<number>) => Statement
}

/** The update of a table keyed by (instance_id, id). `set` is what it sets, from row `v` of these columns. */
export const updating = <R>(
  name: string,
  columns: ReadonlyArray<Column<R>>,
  set: string
): Writers<R>["update"] => {
  const text = expecting(
    `UPDATE ${table(name)} AS o SET ${set} FROM ${unnest([instanceColumn, ...columns])} ` +
      "WHERE o.instance_id = v.instance_id AND o.id = v.id",
    columns.length + 2,
    `${name} updated`
  )
  return (rows) => ({
    text,
    params: [...columnsOf(columns, rows), Codec.int(rows.rows.length)]
  })
}

/** The statements of such a table. */
export const writers = <R>(
  name: string,
  columns: ReadonlyArray<Column<R>>,
  set: string
): Writers<R> => ({
  insert: insert(name, columns),
  update: updating(name, columns, set),
  remove: remove(name, "id")
})

/** What is to be written, by what is done. */
export interface Pending<R> {
  readonly insert: Gathered<R>
  readonly update: Gathered<R>
  readonly remove: { readonly instances: Array<number>; readonly ids: Array<number> }
}

/** Nothing yet. */
export const pending = <R>(): Pending<R> => ({
  insert: gather(),
  update: gather(),
  remove: { instances: [], ids: [] }
})

/** Adds one write. */
export const put = <R extends { readonly op: "insert" | "update" }>(
  to: Pending<R>,
  instance: number,
  write: R | { readonly op: "delete"; readonly id: number }
): void => {
  if (write.op === "delete") {
    to.remove.instances.push(instance)
    to.remove.ids.push(write.id)
  } else add(to[write.op], instance, [write])
}

/** The statements that make and change rows, and the one that removes them. */
export const statements = <R>(
  { insert, remove, update }: Writers<R>,
  some: Pending<R>
): { readonly made: ReadonlyArray<Statement>; readonly removed: ReadonlyArray<Statement> } => {
  const made: Array<Statement> = []
  if (some.insert.rows.length > 0) made.push(insert(some.insert))
  if (some.update.rows.length > 0) made.push(update(some.update))
  const { ids, instances } = some.remove
  return { made, removed: ids.length === 0 ? [] : [remove(instances, ids)] }
}
