import { assert, describe, it } from "@effect/vitest"
import type { Aggregate } from "@wr2/core"
import { game, migrations } from "@wr2/testkit/SmallWorld"

/** As written by hand: `npm run new migration` quotes names, and calls the type of times in full. */
const sql = migrations
  .map((each: { readonly sql: string }) => each.sql)
  .join("\n")
  .replaceAll('"', "")
  .replaceAll("timestamp(3) with time zone", "timestamptz(3)")
const tables = new Map(
  [...sql.matchAll(/CREATE TABLE wr2\.(\w+) \(\n([^;]*)\n\)/g)].map((match) => [
    match[1]!,
    match[2]!
  ])
)
const types = { int: "bigint", text: "text", bool: "boolean", json: "jsonb" }
/** Columns that a table got later, each as a line of CREATE TABLE would say it. */
const added = (table: string): string =>
  [...sql.matchAll(new RegExp(`ALTER TABLE wr2\\.${table}\\n([^;]*);`, "g"))]
    .flatMap(([, body]) => [...body!.matchAll(/^ {2}ADD COLUMN ([^]*?)(?=,?\n {2}ADD|$(?![^]))/gm)])
    .map(([, column]) => `  ${column}`)
    .filter((column) => !column.includes("GENERATED ALWAYS"))
    .join("\n")
/** Columns of a table, as `name type [NOT NULL]`. */
const columns = (table: string): ReadonlyArray<string> =>
  [
    ...`${tables.get(table) ?? ""}\n${added(table)}`.matchAll(
      /^ {2}([a-z]\w*) +([a-z]\w*(?:\(3\))?)( NOT NULL)?/gm
    )
  ].map(([, name, type, rest]) => `${name} ${type}${rest ?? ""}`)

describe("the migrations", () => {
  it.each(game.aggregates.map((aggregate: Aggregate.Any) => [aggregate._tag, aggregate] as const))(
    "has the table of %s, column for column",
    (_, aggregate) => {
      assert.deepStrictEqual(columns(aggregate.table), [
        "instance_id bigint NOT NULL",
        "id bigint NOT NULL",
        "version bigint NOT NULL",
        ...aggregate.columns.map(
          ({ kind, name, nullable }) => `${name} ${types[kind]}${nullable ? "" : " NOT NULL"}`
        )
      ])
      if (aggregate.runtime === undefined) return
      assert.deepStrictEqual(columns(aggregate.runtime.table), [
        "instance_id bigint NOT NULL",
        "id bigint NOT NULL",
        "data jsonb NOT NULL",
        "cache_dirty boolean NOT NULL",
        "updated_at timestamptz(3) NOT NULL"
      ])
    }
  )
  it("has the tables of content", () => {
    for (const table of ["world", "room_template", "mob_template", "item_template"]) {
      assert.isTrue(tables.has(table), table)
    }
  })
})
