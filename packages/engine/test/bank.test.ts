/** docs/bank.ts as it stands, on memory; and an engine whose parts are wrapped. */
import { assert, it } from "@effect/vitest"
import * as Engine from "@wr2/engine/Engine"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import type { Reply } from "@wr2/engine/Messages"
import { Placement } from "@wr2/engine/Placement"
import { Planner } from "@wr2/engine/Planner"
import { Effect, Layer, Result } from "effect"
import { bank, Nobody, Purse } from "../../../docs/bank.ts"

const purses = [
  Purse.row({ id: 1, owner: "ann", gold: 10 }),
  Purse.row({ id: 2, owner: "bob", gold: 0 })
]

/** Ann says lines, one after the other; what she is told, and what is in the purses at last. */
const ann = Effect.fnUntraced(function* (...lines: ReadonlyArray<string>) {
  const store = yield* InstanceStore
  const { call } = yield* Placement
  yield* store.found({ instance: 1, rows: purses, queue: [] })
  const replies: Array<Reply> = []
  for (const [i, text] of lines.entries()) {
    const response = yield* call(1, {
      _tag: "Submit",
      actor: { type: "Purse", id: 1 },
      session: null,
      intents: [{ n: i + 1, settled: i, text, command: null }],
      trace: null
    })
    if (response._tag === "Replies") replies.push(...response.replies)
  }
  const { rows } = yield* store.activate(1, { runner: "t", incarnation: "t", timersHorizon: 0 })
  return { replies, gold: rows.map(({ row }) => (row as { gold: number }).gold) }
})

it.effect("the bank runs on memory: an InstanceStore and a Placement are all it needs", () =>
  Effect.gen(function* () {
    const { gold, replies } = yield* ann("pay 4 bob", "pay 4 to cid", "pay 40 bob", "pay 6 bob")
    assert.deepStrictEqual(gold, [0, 10])
    assert.deepStrictEqual(
      replies.map((r) => (r._tag === "Rejected" ? r.reason : r._tag)),
      ["Accepted", { _tag: "Nobody", name: "cid" }, "Accepted", "Accepted"]
    )
  }).pipe(
    Effect.provide(
      Engine.layer(bank).pipe(Layer.provideMerge([InstanceStore.layerMemory, Placement.layerLocal]))
    )
  )
)

// A service is wrapped in four lines; what it asks for under its own name is the engine's.
const closedToBob = Layer.effect(
  Planner,
  Effect.map(Planner, ({ plan }) => ({
    plan: (input) => ("text" in input.wish && /bob/.test(input.wish.text) ? closed : plan(input))
  }))
)
const closed = Result.fail(new Nobody({ name: "bob (we are closed)" }))

it.effect("Planner wrapped by one layer", () =>
  Effect.gen(function* () {
    const { gold, replies } = yield* ann("pay 4 bob", "pay 1 ann")
    assert.deepStrictEqual(
      replies.map((r) => r._tag),
      ["Rejected", "Accepted"]
    )
    assert.deepStrictEqual(gold, [10, 0])
  }).pipe(
    Effect.provide(
      Engine.layer(bank, { planner: closedToBob }).pipe(
        Layer.provideMerge([InstanceStore.layerMemory, Placement.layerLocal])
      )
    )
  )
)
