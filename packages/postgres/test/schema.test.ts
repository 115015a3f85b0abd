/** What tables an Aggregate wants, and what is said when they are not so. */
import { assert, describe, it } from "@effect/vitest"
import { Aggregate } from "@wr2/core"
import { Counter, Purse } from "@wr2/testkit/TestGame"
import { Schema } from "effect"
import { compare, type Found } from "../src/SchemaCheck.ts"
import { tableSql } from "../src/Tables.ts"

const column = (table: string, column: string, type: string, some: Partial<Found> = {}): Found => ({
  table,
  column,
  type,
  nullable: false,
  filled: false,
  key: null,
  ...some
})

const purse = [
  column("purse", "instance_id", "bigint", { key: 1 }),
  column("purse", "id", "bigint", { key: 2 }),
  column("purse", "version", "bigint", { filled: true }),
  column("purse", "owner", "text"),
  column("purse", "gold", "bigint")
]

const without = (name: string) => purse.filter((found) => found.column !== name)
const differences = (found: ReadonlyArray<Found>) =>
  compare([Purse], found).map(({ mend, what }) => [what, mend])

describe("tableSql", () => {
  it("is the table of a declaration", () => {
    assert.strictEqual(
      tableSql(Purse),
      `CREATE TABLE wr2."purse" (
  instance_id bigint NOT NULL,
  id bigint NOT NULL,
  version bigint NOT NULL DEFAULT 0,
  "owner" text NOT NULL,
  "gold" bigint NOT NULL,
  PRIMARY KEY (instance_id, id)
) WITH (fillfactor = 70, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0.05);
`
    )
  })

  it("has a column for each kind, null where it may be, and the runtime table", () => {
    const text = tableSql(Counter)
    assert.include(text, '"tags" jsonb,')
    assert.include(text, '"flag" boolean NOT NULL,')
    assert.include(text, 'CREATE TABLE wr2."test_counter_runtime"')
    assert.include(text, 'REFERENCES wr2."test_counter" ON DELETE CASCADE')
  })
})

describe("the schema check", () => {
  it("says nothing of tables that are as declared", () => {
    assert.deepStrictEqual(differences(purse), [])
  })

  it("allows columns of one's own that fill themselves", () => {
    const own = [
      column("purse", "note", "text", { nullable: true }),
      column("purse", "made_at", "timestamp with time zone", { filled: true })
    ]
    assert.deepStrictEqual(differences([...purse, ...own]), [])
  })

  it("gives the whole table where it is missing", () => {
    assert.deepStrictEqual(differences([]), [
      ["table wr2.purse is missing", tableSql(Purse).trim()]
    ])
  })

  it("says everything that is wrong, and how to mend each", () => {
    const found = [
      ...without("gold")
        .filter(({ column }) => column !== "owner" && column !== "version")
        .map((found) => ({ ...found, key: null })),
      column("purse", "owner", "integer", { nullable: true }),
      column("purse", "extra", "text")
    ]
    assert.deepStrictEqual(differences(found), [
      [
        "purse.version is missing",
        'ALTER TABLE wr2."purse" ADD COLUMN version bigint NOT NULL DEFAULT 0;'
      ],
      [
        "purse.owner is integer, not text",
        'ALTER TABLE wr2."purse" ALTER COLUMN "owner" TYPE text USING "owner"::text;'
      ],
      [
        "purse.owner may be null, unlike its declaration",
        'ALTER TABLE wr2."purse" ALTER COLUMN "owner" SET NOT NULL;'
      ],
      ["purse.gold is missing", 'ALTER TABLE wr2."purse" ADD COLUMN "gold" bigint NOT NULL;'],
      [
        "purse.extra is not declared, and no row can be inserted without it",
        'ALTER TABLE wr2."purse" DROP COLUMN "extra";'
      ],
      [
        "purse has primary key (), not (instance_id, id)",
        'ALTER TABLE wr2."purse" ADD PRIMARY KEY (instance_id, id); -- after dropping the present one'
      ]
    ])
  })

  it("wants the runtime table of a class that has one", () => {
    const missing = compare([Counter], []).map(({ what }) => what)
    assert.deepStrictEqual(missing, [
      "table wr2.test_counter is missing",
      "table wr2.test_counter_runtime is missing"
    ])
  })

  it("keeps the engine's names", () => {
    const Session = Aggregate.define("Session", { rank: 1, fields: { name: Schema.String } })
    assert.deepStrictEqual(
      compare([Session], []).map(({ what }) => what),
      ["Session uses table session, which is the engine's"]
    )
  })
})
