/** Commands explained, on a game of a few lines. */
import { assert, describe, it } from "@effect/vitest"
import * as Explain from "@wr2/engine/Explain"
import { actor, own, world } from "./Lamps.ts"

describe("a Command explained", () => {
  const explain = (text: string) =>
    Explain.explain({
      ...world(),
      definition: own,
      actor,
      wish: { text },
      now: 1_000,
      seed: 5,
      firstId: 100,
      lastSeq: 40,
      lastNo: 9
    })

  it("tells Actions in the order in which they would run, with locks, Events, cause, rows", () => {
    const told = explain("light chain")
    if (told._tag !== "Planned") return assert.fail(told._tag)
    assert.deepStrictEqual(
      told.ran.map(({ cause, events, locks, outcome, type }) => ({
        type,
        cause,
        outcome,
        locks: locks.map(({ id }) => id),
        events: events.map((event) => [event.seq, event.type])
      })),
      [
        { type: "Light", cause: null, outcome: "done", locks: [1, 2], events: [[41, "Lit"]] },
        { type: "Light", cause: 0, outcome: "done", locks: [2], events: [[42, "Lit"]] }
      ]
    )
    assert.deepStrictEqual(
      told.rows.map(({ id, op }) => [op, id]),
      [
        ["update", 1],
        ["update", 2]
      ]
    )
    // The view sees what the Actions before it would leave.
    assert.deepStrictEqual(told.shown[0]!.answers, [
      { type: "Seen", payload: JSON.stringify({ _tag: "Seen", oil: 2 }) }
    ])
  })
  it("tells what would wait, what would break, and why it would be rejected", () => {
    const later = explain("light again")
    if (later._tag !== "Planned") return assert.fail(later._tag)
    assert.deepInclude(later.later[0], { type: "Light", after: 5_000, cause: 0 })
    const broken = explain("light beyond")
    if (broken._tag !== "Planned") return assert.fail(broken._tag)
    assert.strictEqual(broken.ran[0]!.outcome, "failed")
    assert.match(String(broken.ran[0]!.reason), /read Lamp 99, which is not in its lock set/)
    const nothing = explain("light nothing")
    if (nothing._tag !== "Rejected") return assert.fail(nothing._tag)
    assert.strictEqual(nothing.reason._tag, "Empty")
    const fell = explain("light plan")
    if (fell._tag !== "Rejected") return assert.fail(fell._tag)
    assert.strictEqual(fell.reason._tag, "Broken")
    assert.match(String(fell.broke), /the plan fell/)
  })
})
