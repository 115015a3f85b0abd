/** How the rows of a class are written: from its declaration. */
import type { Aggregate } from "@wr2/core"
import type { RowWrite } from "@wr2/engine/Records"
import * as Codec from "../Codec.ts"
import { type Column, type Gathered, insert, quoted, remove, shapes } from "../Statement.ts"
import * as ClassWrites from "./classWrites.ts"

/** A row to insert or to update. */
export type Row = Exclude<RowWrite, { readonly op: "delete" }>

type Field = Aggregate.Any["columns"][number]

const id: Column<Row> = { name: "id", kind: "int", of: (write) => write.id }

const column = ({ field, kind, name, nullable }: Field): Column<Row> => {
  const of = (write: Row): unknown => write.row[field]
  return kind === "json"
    ? { name, kind, of: (write) => Codec.json(of(write), nullable) }
    : { name, kind, of }
}

const differs = (write: Row, { field }: Field): boolean =>
  write.before === undefined || write.row[field] !== write.before[field]

/**
 * The statements of a class. An update sends the columns in which any of its rows is not as before, and
 * counts the row's version up.
 */
export const writers = (aggregate: Aggregate.Any): ClassWrites.Writers<Row> => {
  const { columns, table } = aggregate
  const updating = shapes<Field, ClassWrites.Writers<Row>["update"]>(columns, (fields) => {
    const sent = columns.filter((field) => fields.has(field))
    const set = sent.map(
      ({ kind, name }) => `, ${quoted(name)} = v.${quoted(name)}${Codec.cast[kind]}`
    )
    const all = [id, ...sent.map(column)]
    return ClassWrites.updating(table, all, `version = o.version + 1${set.join("")}`)
  })
  const changed = ({ rows }: Gathered<Row>) =>
    columns.filter((field) => rows.some((write) => differs(write, field)))
  return {
    insert: insert(aggregate.table, [id, ...aggregate.columns.map(column)]),
    update: (rows) => updating(changed(rows))(rows),
    remove: remove(aggregate.table, "id")
  }
}
