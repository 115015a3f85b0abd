/** How the rows of a class are written: from its declaration. */
import type { Aggregate } from "@wr2/core"
import type { RowWrite } from "@wr2/engine/Records"
import * as Codec from "../Codec.ts"
import { type Column, type Gathered, insert, quoted, remove, textsMax } from "../Statement.ts"
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

/** An update of some columns. It counts the row's version up. */
interface Shape {
  readonly fields: ReadonlySet<Field>
  readonly update: ClassWrites.Writers<Row>["update"]
}

const shapeOf = ({ table }: Aggregate.Any, fields: ReadonlySet<Field>): Shape => {
  const set = [...fields].map(
    ({ kind, name }) => `, ${quoted(name)} = v.${quoted(name)}${Codec.cast[kind]}`
  )
  const columns = [id, ...[...fields].map(column)]
  const update = ClassWrites.updating(table, columns, `version = o.version + 1${set.join("")}`)
  return { fields, update }
}

/**
 * The statements of a class. An update sends the columns in which any of its rows is not as before:
 * of the sets of columns that come first each has a text of its own, others take the smallest that has
 * all of theirs.
 */
export const writers = (aggregate: Aggregate.Any): ClassWrites.Writers<Row> => {
  const shapes = [shapeOf(aggregate, new Set(aggregate.columns))]
  const shape = ({ rows }: Gathered<Row>): Shape => {
    const changed = aggregate.columns.filter((field) => rows.some((write) => differs(write, field)))
    const [nearest] = shapes
      .filter(({ fields }) => changed.every((field) => fields.has(field)))
      .sort((a, b) => a.fields.size - b.fields.size)
    if (nearest!.fields.size === changed.length || shapes.length === textsMax) return nearest!
    const made = shapeOf(aggregate, new Set(changed))
    shapes.push(made)
    return made
  }
  return {
    insert: insert(aggregate.table, [id, ...aggregate.columns.map(column)]),
    update: (rows) => shape(rows).update(rows),
    remove: remove(aggregate.table, "id")
  }
}
