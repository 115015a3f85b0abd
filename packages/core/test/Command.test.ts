import { assert, describe, it } from "@effect/vitest"
import { Command } from "@wr2/core"
import { Result, Schema } from "effect"

class Deaf extends Schema.TaggedError<Deaf>()("Deaf", {}) {}
const whisper = Command.define("whisper", {
  grammar: "whisper|psst <to> <text...>",
  fields: { to: Schema.String, text: Schema.String },
  rejects: [Deaf],
  precedence: 3,
  from: ["Character"],
  help: "whisper <name> <text>",
  plan: () => Result.fail(new Deaf())
})

describe("a definition", () => {
  it("keeps what it was given", () => {
    assert.deepStrictEqual(
      [whisper._tag, whisper.precedence, whisper.from, whisper.help, whisper.rejects],
      ["whisper", 3, ["Character"], "whisper <name> <text>", [Deaf]]
    )
  })
  it("is without grammar, precedence 0, rejects nothing of its own and comes from anybody unless it says so", () => {
    const tick = Command.define("tick", {
      fields: { at: Schema.Int },
      plan: () => Result.succeed([])
    })
    assert.deepStrictEqual(
      [tick.patterns, tick.precedence, tick.rejects, tick.from, tick.help],
      [[], 0, [], undefined, undefined]
    )
  })
  it("refuses fields that are not plain, and one named _tag", () => {
    const define = (fields: Schema.Struct.Fields) => () =>
      Command.define("bad", { fields, plan: () => Result.succeed([]) })
    assert.throws(define({ by: Schema.Number }), /bad\.by: numbers must be/)
    assert.throws(define({ by: Schema.optionalKey(Schema.Int) }), /bad\.by: optional/)
    assert.throws(define({ _tag: Schema.String }), "bad._tag: the name is taken")
  })
})

describe("a value", () => {
  const fields = { to: "ann", text: "hi" }
  it("is its fields and its tag, and fits its schema", () => {
    const value = whisper.make(fields)
    assert.deepStrictEqual(value, { _tag: "whisper", ...fields })
    assert.isTrue(Schema.is(whisper.schema)(value))
  })
  it("made from a wider one holds its own fields and tag only", () =>
    assert.deepStrictEqual(whisper.make({ ...fields, _tag: "say", loud: true } as typeof fields), {
      _tag: "whisper",
      ...fields
    }))
})
