/** The rows of the test game: people on a line of places, and the coins they hold. */
import { Aggregate } from "@wr2/core"
import { Schema } from "effect"

export const Person = Aggregate.define("Person", {
  rank: 1,
  fields: { name: Schema.String, place: Schema.Int, rung: Schema.Int },
  indexes: { place: (p) => p.place, name: (p) => p.name },
  runtime: {
    version: 2,
    schema: Schema.Struct({ session: Schema.NullOr(Schema.String), mood: Schema.String }),
    build: (row) => ({ session: null, mood: `calm ${row.name}` })
  }
})

export const Coin = Aggregate.define("Coin", {
  rank: 2,
  fields: { holder: Schema.Int, value: Schema.Int },
  indexes: { holder: (c) => c.holder }
})

/** People 1..count named p1.. at place 0; inside with session s1.. when asked for. */
export const people = (count: number, inside = false) =>
  Array.from({ length: count }, (_, i) =>
    Person.row(
      { id: i + 1, name: `p${i + 1}`, place: 0, rung: 0 },
      inside ? { session: `s${i + 1}`, mood: "here" } : undefined
    )
  )
