import { assert, describe, it } from "@effect/vitest"
import { Actor, Aggregate, EngineEvents, Event } from "@wr2/core"
import { Schema } from "effect"

const Coin = Aggregate.define("Coin", { rank: 1, fields: { face: Schema.String } })
const Flipped = Event.define("Flipped", {
  fields: { coin: Coin.Id, face: Schema.String },
  evolve: (e) => [Coin.update(e.coin, (coin) => ({ ...coin, face: e.face }))],
  heardBy: (e) => [Coin.stream(e.coin)]
})
const flip = { coin: Coin.Id.make(3), face: "heads" }

describe("a definition", () => {
  it("has version 1, changes nothing, moves nobody and sends nothing unless it says so", () => {
    const Rang = Event.define("Rang", { fields: {}, heardBy: () => [] })
    assert.strictEqual(Rang.version, 1)
    assert.deepStrictEqual(Rang.evolve({}), [])
    assert.strictEqual(Rang.follows, undefined)
    assert.strictEqual(Rang.sends, undefined)
  })
  it("says what it changes and who hears it, from its own fields alone", () => {
    assert.deepStrictEqual(Flipped.heardBy(flip), ["coin:3"])
    assert.deepStrictEqual(
      Flipped.evolve(flip).map(({ op, id }) => [op, id]),
      [["update", 3]]
    )
  })
  it("refuses fields that are not plain, and one named _tag", () => {
    const define = (fields: Schema.Struct.Fields) => () =>
      Event.define("Bad", { fields, heardBy: () => [] })
    assert.throws(define({ at: Schema.Number }), /Bad\.at: numbers must be/)
    assert.throws(define({ at: Schema.optionalKey(Schema.Int) }), /Bad\.at: optional/)
    assert.throws(define({ _tag: Schema.String }), "Bad._tag: the name is taken")
  })
})

describe("a value", () => {
  it("is its fields and its tag, and fits its schema", () => {
    const value = Flipped.make(flip)
    assert.deepStrictEqual(value, { _tag: "Flipped", ...flip })
    assert.isTrue(Schema.is(Flipped.schema)(value))
  })
  it("made from a wider one (an Action's payload, another Event) holds its own fields and tag only", () =>
    assert.deepStrictEqual(Flipped.make({ ...flip, _tag: "Other", secret: 1 } as typeof flip), {
      _tag: "Flipped",
      ...flip
    }))
})

describe("the engine's own Events", () => {
  const actor = { type: "Character", id: 7 }
  it("are told to the actor alone, or to nobody", () => {
    const told = { actor, action: "Attack" }
    assert.deepStrictEqual(EngineEvents.ActionRefused.heardBy({ ...told, reason: {} }), [
      "character:7"
    ])
    assert.deepStrictEqual(
      EngineEvents.ActionRefused.heardBy({ ...told, actor: null, reason: {} }),
      []
    )
    assert.deepStrictEqual(EngineEvents.ActionFailed.heardBy({ ...told, reference: "r" }), [
      Actor.key(actor)
    ])
    assert.deepStrictEqual(
      EngineEvents.RuntimeRebuilt.heardBy({ aggregate: "Mob", id: 1, data: {} }),
      []
    )
  })
  it("change no rows by evolve", () => {
    assert.deepStrictEqual(
      EngineEvents.ActionRefused.evolve({ actor, action: "Attack", reason: {} }),
      []
    )
  })
})
