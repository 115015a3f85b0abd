/** A typed Command is taken when it has its fields and no others, at any depth. */
import { assert, describe, it } from "@effect/vitest"
import { Command, Game } from "@wr2/core"
import { Purse } from "@wr2/testkit/TestGame"
import { Result, Schema } from "effect"
import { prepare } from "../src/GameDef.ts"
import { defaults } from "../src/Limits.ts"
import * as Planner from "../src/Planner.ts"
import { Projection } from "../src/Projection.ts"

/** Its plan was asked: it was taken. */
class Taken extends Schema.TaggedError<Taken>()("Taken", { fields: Schema.Unknown }) {}

const flat = Command.define("flat", {
  fields: { amount: Schema.Int, to: Schema.NullOr(Schema.String) },
  rejects: [Taken],
  plan: (fields) => Result.fail(new Taken({ fields }))
})
const deep = Command.define("deep", {
  fields: { way: Schema.Struct({ to: Schema.Int }), some: Schema.Array(Schema.Int) },
  rejects: [Taken],
  plan: (fields) => Result.fail(new Taken({ fields }))
})
const game = Game.make("typed", {
  aggregates: [Purse],
  events: [],
  actions: [],
  commands: [flat, deep]
})
const plan = Planner.make(prepare(game), defaults, (_, error) => {
  throw error
})
const reason = (command: unknown): string | undefined => {
  const planned = plan({
    instance: 1,
    actor: { type: "Purse", id: 1 },
    wish: { command },
    projection: new Projection(game.aggregates)
  })
  return Result.isFailure(planned) ? planned.failure._tag : undefined
}

describe("a typed Command", () => {
  it.each<readonly [string, unknown]>([
    ["of fields that hold none", { _tag: "flat", amount: 1, to: null }],
    ["of fields that hold others", { _tag: "deep", way: { to: 1 }, some: [1, 2] }],
    [
      "of a record without a prototype",
      Object.assign(Object.create(null), { _tag: "flat", amount: 1, to: "b" })
    ]
  ])("%s is taken", (_, command) => assert.strictEqual(reason(command), "Taken"))

  it.each<readonly [string, unknown]>([
    ["lacks one", { _tag: "flat", amount: 1 }],
    ["has one that is undefined", { _tag: "flat", amount: 1, to: undefined }],
    ["has one more", { _tag: "flat", amount: 1, to: null, more: 1 }],
    ["has another", { _tag: "flat", amount: 1, too: null }],
    ["has one of another type", { _tag: "flat", amount: "1", to: null }],
    ["has one that is no whole number", { _tag: "flat", amount: 0.5, to: null }],
    ["has one that should hold none", { _tag: "flat", amount: 1, to: {} }],
    ["has one more further down", { _tag: "deep", way: { to: 1, from: 2 }, some: [] }],
    ["lacks one further down", { _tag: "deep", way: {}, some: [] }]
  ])("that %s is Malformed", (_, command) => assert.strictEqual(reason(command), "Malformed"))
})
