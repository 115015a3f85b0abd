/**
 * The small game of the port suites: an Aggregate with every kind of column and a runtime row, and
 * the Purse of docs/bank.ts (declared again, because a package imports nothing from docs; the engine's
 * ports.test.ts compares the two). Its tables are made from these declarations.
 */
import { Aggregate, Game } from "@wr2/core"
import { Schema } from "effect"

/** Tables `test_counter` and `test_counter_runtime`. */
export const Counter = Aggregate.define("Counter", {
  rank: 1,
  table: "test_counter",
  fields: {
    label: Schema.String,
    count: Schema.Int,
    tags: Schema.NullOr(Schema.Array(Schema.Unknown)),
    flag: Schema.Boolean
  },
  runtime: {
    schema: Schema.Struct({ mood: Schema.String }),
    version: 3,
    build: () => ({ mood: "calm" })
  }
})

/** Table `purse`, as in docs/bank.ts. */
export const Purse = Aggregate.define("Purse", {
  rank: 1,
  fields: { owner: Schema.String, gold: Schema.Int },
  indexes: { owner: (p) => p.owner }
})

/** Both, for whoever makes their tables. */
export const testGame = Game.make("ports", {
  aggregates: [Counter, Purse],
  events: [],
  actions: [],
  commands: []
})
