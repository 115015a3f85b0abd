import { assert, describe, it } from "@effect/vitest"
import { Action, Aggregate, Event } from "@wr2/core"
import { Result, Schema } from "effect"

class Shut extends Schema.TaggedError<Shut>()("Shut", {}) {}
const Door = Aggregate.define("Door", { rank: 1, fields: { open: Schema.Boolean } })
const Opened = Event.define("Opened", { fields: { door: Door.Id }, heardBy: () => [] })
const Open = Action.make("Open", { door: Door.Id })
const door = { door: Door.Id.make(1) }

describe("a message", () => {
  it("is its tag, payload and timing", () => {
    assert.deepStrictEqual(Open.make(door), { _tag: "Open", payload: door })
    assert.deepStrictEqual(Open.make(door, { after: 5, priority: 2 }), {
      _tag: "Open",
      payload: door,
      after: 5,
      priority: 2
    })
    assert.deepStrictEqual(Open.make(door, { every: 1000 }), {
      _tag: "Open",
      payload: door,
      every: 1000
    })
  })
  it("made from a wider record (the Command that planned it) holds its own fields only", () =>
    assert.deepStrictEqual(Open.make({ ...door, _tag: "open", noise: 1 } as typeof door), {
      _tag: "Open",
      payload: door
    }))
  it("has version 1, no priority, is executed at once, wakes its instance and skips missed times unless it says otherwise", () => {
    assert.deepStrictEqual(Open.options, {
      version: 1,
      priority: 0,
      queueFirst: false,
      wakes: true,
      missed: "skip"
    })
    const options = {
      version: 2,
      priority: -5,
      queueFirst: true,
      wakes: false,
      missed: "run"
    } as const
    const other = Action.make("Other", {}, options)
    assert.deepStrictEqual(other.options, options)
    assert.strictEqual(other.version, 2)
  })
  it("refuses fields that are not plain", () => {
    assert.throws(() => Action.make("Bad", { by: Schema.Finite }), /Bad\.by: numbers must be/)
    assert.throws(
      () => Action.make("Bad", { by: Schema.optionalKey(Schema.Int) }),
      /Bad\.by: optional/
    )
  })
})

describe("a rule", () => {
  const rule = Open.rule({
    emits: [Opened],
    fails: [Shut],
    locks: (a) => [Door.ref(a.door)],
    decide: (a) =>
      Result.succeed({ events: [Opened.make(a)], next: [Open.make(a, { every: 1000 })] })
  })
  it("decides, and may fail besides what it declares for what is gone or does not decode", () => {
    assert.strictEqual(rule._tag, "Open")
    assert.strictEqual(rule.action, Open)
    assert.deepStrictEqual(rule.fails, [Shut, Action.Gone, Action.Corrupt])
    assert.strictEqual(rule.view, undefined)
    assert.deepStrictEqual(rule.locks(door, { projection: {} as never }), [Door.ref(1)])
  })
  it("as a view locks nothing and decides nothing", () => {
    const view = Open.view({ emits: [Opened], view: (a) => Result.succeed([Opened.make(a)]) })
    assert.deepStrictEqual(view.locks(door, { projection: {} as never }), [])
    assert.strictEqual(view.decide, undefined)
    assert.deepStrictEqual(view.fails, [Action.Gone])
    assert.deepStrictEqual(view.view!(door, {} as never), Result.succeed([Opened.make(door)]))
  })
})
