/** How the rows of a class are written: from its declaration. */
import type { Aggregate } from "@wr2/core"
import type { RowWrite } from "@wr2/engine/Records"
import * as Codec from "../Codec.ts"
import { type Column, quoted } from "../Statement.ts"
import * as ClassWrites from "./classWrites.ts"

/** A row to insert or to update. */
export type Row = Exclude<RowWrite, { readonly op: "delete" }>

/** The statements of a class. An update counts the row's version up. */
export const writers = (aggregate: Aggregate.Any): ClassWrites.Writers<Row> => {
  const columns: ReadonlyArray<Column<Row>> = [
    { name: "id", kind: "int", of: ({ id }) => id },
    ...aggregate.columns.map(({ field, kind, name, nullable }): Column<Row> => {
      const of = (write: Row): unknown => write.row[field]
      return kind === "json"
        ? { name, kind, of: (write) => Codec.json(of(write), nullable) }
        : { name, kind, of }
    })
  ]
  const set = aggregate.columns.map(
    ({ kind, name }) => `, ${quoted(name)} = v.${quoted(name)}${Codec.cast[kind]}`
  )
  return ClassWrites.writers(aggregate.table, columns, `version = o.version + 1${set.join("")}`)
}
