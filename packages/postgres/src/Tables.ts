/** The tables of an Aggregate: their text, derived from its declaration. */
import type { Aggregate, Plain } from "@wr2/core"
import { quoted, table } from "./Statement.ts"

/** The column type of each kind of field. */
export const columnType: Readonly<Record<Plain.ColumnKind, string>> = {
  int: "bigint",
  text: "text",
  bool: "boolean",
  json: "jsonb"
}

/** Rows that change at every turn: room on the page for new versions, and vacuum early. */
const storage =
  "WITH (fillfactor = 70, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0.05)"

/** One column as it stands in CREATE TABLE. */
export const columnSql = (column: Aggregate.Column): string =>
  `${quoted(column.name)} ${columnType[column.kind]}${column.nullable ? "" : " NOT NULL"}`

/** The columns of a runtime table after its key: name, type, default. */
export const runtimeColumns = [
  ["data", "jsonb", ""],
  ["cache_dirty", "boolean", " DEFAULT false"],
  ["updated_at", "timestamp(3) with time zone", " DEFAULT now()"]
] as const

/** `CREATE TABLE` of a runtime table, 1:1 with the Aggregate's: the row is there while its owner is active. */
export const runtimeTableSql = (aggregate: Aggregate.Any): string =>
  `CREATE TABLE ${table(aggregate.runtime.table)} (
  instance_id bigint NOT NULL,
  id bigint NOT NULL,
${runtimeColumns.map(([name, type, rest]) => `  ${name} ${type} NOT NULL${rest},\n`).join("")}  PRIMARY KEY (instance_id, id),
  FOREIGN KEY (instance_id, id) REFERENCES ${table(aggregate.table)} ON DELETE CASCADE
) ${storage};
`

/**
 * `CREATE TABLE` of an Aggregate and of its runtime table.
 *
 * **When to use** In a migration of the game (`npm run new migration`), and by testkit.
 *
 * **Gotchas** It is today's text. A migration that is out keeps its own text; a field that is added
 * later needs a migration of its own (the schema check says which).
 */
export const tableSql = (aggregate: Aggregate.Any): string =>
  `CREATE TABLE ${table(aggregate.table)} (
  instance_id bigint NOT NULL,
  id bigint NOT NULL,
  version bigint NOT NULL DEFAULT 0,
${aggregate.columns.map((column) => `  ${columnSql(column)},\n`).join("")}  PRIMARY KEY (instance_id, id)
) ${storage};
${aggregate.runtime === undefined ? "" : runtimeTableSql(aggregate)}`
