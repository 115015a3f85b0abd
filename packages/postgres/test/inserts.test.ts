/** How the rows of an insert travel. That all of them arrive is a port's test. */
import { assert, describe, it } from "@effect/vitest"
import { insert, type Column, textsMax } from "../src/Statement.ts"

type Row = Readonly<Record<string, number | string | null>>
const names = ["a", "b", "c", "d", "e"] as const
const columns: ReadonlyArray<Column<Row>> = [
  ...names.map((name) => ({ name, kind: "int" as const, of: (row: Row) => row[name] })),
  { name: "why", kind: "json", of: ({ why }) => why }
]
const none = { a: 0, b: 0, c: 0, d: 0, e: 0, why: null }
const by = (make: ReturnType<typeof insert<Row>>, ...rows: ReadonlyArray<Row>) =>
  make({ instances: rows.map((_, i) => i + 1), rows: [...rows] })
const values = ({ params }: ReturnType<typeof by>) => params.map(({ value }) => value)

describe("an insert", () => {
  it("sends once what is the same in all rows, as its type", () => {
    const made = by(insert("thing", columns), { ...none, c: 7 }, { ...none, c: 8 })
    assert.strictEqual(
      made.text,
      'INSERT INTO wr2."thing" ("instance_id", "a", "b", "c", "d", "e", "why") ' +
        'SELECT v.instance_id, $3::bigint, $4::bigint, v."c", $5::bigint, $6::bigint, $7::text::jsonb ' +
        'FROM unnest($1::bigint[], $2::bigint[]) AS v("instance_id", "c")'
    )
    assert.deepStrictEqual(values(made), [[1, 2], [7, 8], 0, 0, 0, 0, null])
  })

  it("sends a row that is alone without arrays but of its instance", () => {
    assert.deepStrictEqual(values(by(insert("thing", columns), none)), [[1], 0, 0, 0, 0, 0, null])
  })

  it("has few texts: past a bound, the smallest that has all of its columns as arrays", () => {
    const make = insert("thing", columns)
    const sets = names.reduce<ReadonlyArray<ReadonlyArray<string>>>(
      (all, name) => [...all, ...all.map((some) => [...some, name])],
      [[]]
    )
    const texts = new Set<string>()
    for (const some of sets) {
      const other = { ...none, ...Object.fromEntries(some.map((name) => [name, 1])) }
      const made = by(make, none, other)
      texts.add(made.text)
      for (const name of some) assert.include(made.text, `v."${name}"`)
      // Whatever the text: the same rows.
      const arrays = [...made.text.matchAll(/v\."(\w)"/g)].map(([, name]) => name!)
      assert.deepStrictEqual(
        values(made).slice(1, 1 + arrays.length),
        arrays.map((name) => [0, some.includes(name) ? 1 : 0])
      )
    }
    assert.strictEqual(texts.size, textsMax)
  })
})
