/** Scenarios of the kill matrix that nobody wrote: of which Actions they can be derived. */
import { assert, describe, it } from "@effect/vitest"
import { Action } from "@wr2/core"
import { Result, Schema } from "effect"
import { Character } from "../packages/world/src/aggregates/Character.ts"
import { Room } from "../packages/world/src/aggregates/Room.ts"
import { derived, filled } from "../scripts/kill-matrix/Derived.ts"

const ruleOf = (action: Action.Any) =>
  action.rule({ emits: [], locks: () => [], decide: () => Result.succeed({}) })

describe("an Action that has no scenario", () => {
  const plain = Action.make("Plain", {
    character: Character.Id,
    room: Room.Id,
    says: Schema.String,
    often: Schema.Int,
    loud: Schema.Boolean,
    to: Schema.NullOr(Character.Id),
    all: Schema.Array(Schema.String)
  })
  it("of ids and plain values is played with what there is", () => {
    assert.deepStrictEqual(filled(plain), {
      character: { row: Character },
      room: { row: Room },
      says: { value: "a" },
      often: { value: 1 },
      loud: { value: true },
      to: { value: null },
      all: { value: [] }
    })
    assert.deepStrictEqual(
      derived(ruleOf(plain)).map(({ name, place }) => [name, place]),
      [["Plain", "yard"]]
    )
  })
  it("that carries more needs one", () => {
    const carries = Action.make("Carries", { what: Schema.Struct({ gold: Schema.Int }) })
    assert.isUndefined(filled(carries))
    assert.deepStrictEqual(derived(ruleOf(carries)), [])
  })
  it("that is read-only is never pending", () => {
    const shown = Action.make("Shown", { character: Character.Id })
    assert.deepStrictEqual(derived(shown.view({ emits: [], view: () => Result.succeed([]) })), [])
  })
})
