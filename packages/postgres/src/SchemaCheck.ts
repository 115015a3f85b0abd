/**
 * Compares the game's declarations with the tables there are, before the first statement is sent.
 * Every difference is named with what mends it, so that an operator sees all of them at once.
 */
import type { Aggregate } from "@wr2/core"
import { Effect } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Engine from "./migrations/0001_engine.ts"
import * as GatewaySecret from "./migrations/0002_gateway_secret.ts"
import * as LogVolumes from "./migrations/0004_log_volumes.ts"
import * as History from "./migrations/0005_history.ts"
import * as DeadLetters from "./migrations/0006_dead_letters.ts"
import * as Forgotten from "./migrations/0009_forgotten.ts"
import * as KnownConsumers from "./migrations/0011_known_consumers.ts"
import { Difference, StartError } from "./StartError.ts"
import { quoted, table } from "./Statement.ts"
import { columnSql, columnType, runtimeColumns, runtimeTableSql, tableSql } from "./Tables.ts"

/** A column as the catalog has it. */
export interface Found {
  readonly table: string
  readonly column: string
  readonly type: string
  readonly nullable: boolean
  /** It fills itself: a default, an identity, a generated column. */
  readonly filled: boolean
  /** Its place in the primary key, from 1; null outside. */
  readonly key: number | null
}

interface Wanted {
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  readonly add: string
}

const key: ReadonlyArray<Wanted> = ["instance_id", "id"].map((name) => ({
  name,
  type: "bigint",
  nullable: false,
  add: `${name} bigint NOT NULL`
}))

/** What is wrong with one table. `create` is its whole text. */
const compareTable = (
  name: string,
  wanted: ReadonlyArray<Wanted>,
  create: string,
  all: ReadonlyArray<Found>
): ReadonlyArray<Difference> => {
  const found = all.filter((column) => column.table === name)
  if (found.length === 0) {
    return [new Difference({ what: `table wr2.${name} is missing`, mend: create.trim() })]
  }
  const differences: Array<Difference> = []
  const say = (what: string, mend: string) =>
    differences.push(new Difference({ what: `${name}${what}`, mend }))
  const alter = `ALTER TABLE ${table(name)}`
  for (const column of wanted) {
    const there = found.find((other) => other.column === column.name)
    const it = `${alter} ALTER COLUMN ${quoted(column.name)}`
    if (there === undefined) {
      say(`.${column.name} is missing`, `${alter} ADD COLUMN ${column.add};`)
      continue
    }
    if (there.type !== column.type) {
      say(
        `.${column.name} is ${there.type}, not ${column.type}`,
        `${it} TYPE ${column.type} USING ${quoted(column.name)}::${column.type};`
      )
    }
    if (there.nullable !== column.nullable) {
      say(
        `.${column.name} ${there.nullable ? "may be null" : "may not be null"}, unlike its declaration`,
        `${it} ${column.nullable ? "DROP" : "SET"} NOT NULL;`
      )
    }
  }
  for (const column of found) {
    if (!column.nullable && !column.filled && !wanted.some(({ name }) => name === column.column)) {
      say(
        `.${column.column} is not declared, and no row can be inserted without it`,
        `${alter} DROP COLUMN ${quoted(column.column)};`
      )
    }
  }
  const primary = found
    .filter((column) => column.key !== null)
    .sort((a, b) => a.key! - b.key!)
    .map((column) => column.column)
  if (primary.join() !== "instance_id,id") {
    say(
      ` has primary key (${primary.join(", ")}), not (instance_id, id)`,
      `${alter} ADD PRIMARY KEY (instance_id, id); -- after dropping the present one`
    )
  }
  return differences
}

/** The engine's own names. */
const taken: ReadonlyArray<string> = [
  ...Engine.tables,
  ...GatewaySecret.tables,
  ...LogVolumes.tables,
  ...History.tables,
  ...DeadLetters.tables,
  ...Forgotten.tables,
  ...KnownConsumers.tables,
  "engine_migration",
  "game_migration"
]

/** All differences between declarations and columns. Pure. */
export const compare = (
  aggregates: ReadonlyArray<Aggregate.Any>,
  found: ReadonlyArray<Found>
): ReadonlyArray<Difference> =>
  aggregates.flatMap((aggregate) => {
    const names: ReadonlyArray<string> = [
      aggregate.table,
      ...(aggregate.runtime === undefined ? [] : [aggregate.runtime.table])
    ]
    const engines = names.filter((name) => taken.includes(name))
    if (engines.length > 0) {
      return engines.map(
        (name) =>
          new Difference({
            what: `${aggregate._tag} uses table ${name}, which is the engine's`,
            mend: `give it another name: Aggregate.define("${aggregate._tag}", { table: "..." })`
          })
      )
    }
    const rows = compareTable(
      aggregate.table,
      [
        ...key,
        {
          name: "version",
          type: "bigint",
          nullable: false,
          add: "version bigint NOT NULL DEFAULT 0"
        },
        ...aggregate.columns.map((column) => ({
          name: column.name,
          type: columnType[column.kind],
          nullable: column.nullable,
          add: columnSql(column)
        }))
      ],
      tableSql({ ...aggregate, runtime: undefined }),
      found
    )
    if (aggregate.runtime === undefined) return rows
    return [
      ...rows,
      ...compareTable(
        aggregate.runtime.table,
        [
          ...key,
          ...runtimeColumns.map(([name, type, rest]) => ({
            name,
            type,
            nullable: false,
            add: `${name} ${type} NOT NULL${rest}`
          }))
        ],
        runtimeTableSql(aggregate),
        found
      )
    ]
  })

// The catalog itself and not information_schema, which hides what the role has no rights on.
const columns = `
SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, a.atttypmod) AS type,
  NOT a.attnotnull AS nullable, (a.atthasdef OR a.attidentity <> '') AS filled,
  array_position(i.indkey::int2[], a.attnum) + 1 AS key
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'wr2'
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE c.relkind IN ('r', 'p')`

/** Fails with every difference. */
export const check = (
  aggregates: ReadonlyArray<Aggregate.Any>
): Effect.Effect<void, StartError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = yield* sql
      .unsafe<Found>(columns)
      .pipe(
        Effect.mapError(
          (error) =>
            new StartError({ reason: "Unreachable", message: error.message, differences: [] })
        )
      )
    const differences = compare(aggregates, found)
    if (differences.length === 0) return
    return yield* new StartError({
      reason: "Schema",
      message:
        "the database is not as the game declares:\n" +
        differences
          .map(({ mend, what }) => `- ${what}\n    ${mend.replaceAll("\n", "\n    ")}`)
          .join("\n"),
      differences
    })
  })
