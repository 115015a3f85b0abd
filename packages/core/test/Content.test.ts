import { assert, describe, it } from "@effect/vitest"
import { Content, Plain } from "@wr2/core"
import { Schema } from "effect"

const Rooms = Content.define(
  "rooms",
  Schema.Struct({ rooms: Schema.Record(Schema.String, Schema.String) })
)
const Items = Content.define("items", Schema.Struct({ items: Schema.Array(Schema.String) }))

describe("content", () => {
  const value = Rooms.make({ rooms: { gate: "A gate.", yard: "A yard." } })
  it("is read typed, by its own definition alone", () => {
    const read = Content.reader(value)
    assert.strictEqual(read(Rooms).rooms["gate"], "A gate.")
    assert.throws(() => read(Items), "content is rooms, not items")
  })
  it("that does not fit its schema is refused", () =>
    assert.throws(
      () => Rooms.make({ rooms: { gate: 3 } } as never),
      "content rooms does not fit its schema"
    ))
  it("has a hash of what it says, not of how it was written down", () => {
    assert.strictEqual(Rooms.make({ rooms: { yard: "A yard.", gate: "A gate." } }).hash, value.hash)
    assert.notStrictEqual(
      Rooms.make({ rooms: { gate: "A gate.", yard: "A yard!" } }).hash,
      value.hash
    )
    assert.match(value.hash, /^[0-9a-f]{32}$/)
  })
  it("of a game without any is none, with a hash as well", () => {
    assert.strictEqual(Plain.canonical(Content.none.value), "{}")
    assert.match(Content.none.hash, /^[0-9a-f]{32}$/)
  })
})
