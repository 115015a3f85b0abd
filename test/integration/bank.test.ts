/** The bank of docs/, unchanged, on Postgres: the engine names no room, mob or item. */
import { assert, layer } from "@effect/vitest"
import { Engine } from "@wr2/engine"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import { Placement } from "@wr2/engine/Placement"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { Effect, Layer } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { bank, Purse } from "../../docs/bank.ts"

const Bank = Engine.layer(bank).pipe(
  Layer.provideMerge(PgFixture.layer(bank)),
  Layer.provideMerge(Placement.layerLocal)
)

const submit = (id: number, n: number, text: string) =>
  Effect.flatMap(Placement, (placement) =>
    placement.call(1, {
      _tag: "Submit",
      actor: { type: "Purse", id },
      session: null,
      intents: [{ n, settled: n - 1, text, command: null }],
      trace: null
    })
  )

layer(Bank, { excludeTestServices: true })("the bank on Postgres", (it) => {
  it.effect(
    "moves gold, refuses the poor, rejects the unknown; what is acknowledged is in the tables",
    () =>
      Effect.gen(function* () {
        const store = yield* InstanceStore
        const sql = yield* SqlClient.SqlClient
        yield* store.found({
          instance: 1,
          rows: [
            Purse.row({ id: 1, owner: "ann", gold: 10 }),
            Purse.row({ id: 2, owner: "bob", gold: 0 })
          ],
          queue: []
        })
        const paid = yield* submit(1, 1, "pay 4 to bob")
        assert.deepStrictEqual(paid, {
          _tag: "Replies",
          replies: [{ _tag: "Accepted", n: 1, asOf: 1, answers: [] }]
        })
        yield* submit(1, 2, "pay 11 bob")
        const unknown = yield* submit(1, 3, "pay 1 zoe")
        assert.deepStrictEqual(unknown, {
          _tag: "Replies",
          replies: [{ _tag: "Rejected", n: 3, reason: { _tag: "Nobody", name: "zoe" } }]
        })
        const purses = yield* sql`SELECT owner, gold::int FROM wr2.purse ORDER BY id`
        assert.deepStrictEqual(purses, [
          { owner: "ann", gold: 6 },
          { owner: "bob", gold: 4 }
        ])
        const events = yield* sql`SELECT seq::int, event_type FROM wr2.event_log ORDER BY seq`
        assert.deepStrictEqual(events, [
          { seq: 1, event_type: "Paid" },
          { seq: 2, event_type: "ActionRefused" }
        ])
        const log = yield* sql`SELECT outcome, reason FROM wr2.action_log ORDER BY accept_no`
        assert.deepStrictEqual(log, [
          { outcome: "done", reason: null },
          { outcome: "refused", reason: { _tag: "TooPoor", has: 6 } }
        ])
      })
  )
})
