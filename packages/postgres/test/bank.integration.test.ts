/** The shortest whole game, unchanged, on PostgreSQL: accepted, executed, and there after a restart. */
import { assert, layer } from "@effect/vitest"
import * as Engine from "@wr2/engine/Engine"
import { InstanceStore } from "@wr2/engine/InstanceStore"
import { Placement } from "@wr2/engine/Placement"
import * as PgFixture from "@wr2/testkit/PgFixture"
import { Effect, Layer } from "effect"
import { bank, Purse } from "../../../docs/bank.ts"
import { rows } from "./support.ts"

const people = [
  Purse.row({ id: 1, owner: "ann", gold: 100 }),
  Purse.row({ id: 2, owner: "bob", gold: 0 })
]

/** A process that runs the bank: one after the other, on the same database. */
const process = <A, E, R>(f: Effect.Effect<A, E, R>) =>
  Effect.provide(f, Layer.fresh(Engine.layer(bank).pipe(Layer.provideMerge(Placement.layerLocal))))

const pay = (instance: number, first: number, count: number) =>
  Effect.flatMap(Placement, (placement) =>
    placement.call(instance, {
      _tag: "Submit",
      actor: { type: "Purse", id: 1 },
      session: null,
      intents: Array.from({ length: count }, (_, i) => ({
        n: first + i,
        settled: 0,
        text: "pay 1 to bob",
        command: null
      })),
      trace: null
    })
  )

layer(PgFixture.layer(bank), { excludeTestServices: true })("the bank", (it) => {
  it.effect("moves gold once for each Command, also when it is repeated after a restart", () =>
    Effect.gen(function* () {
      const store = yield* InstanceStore
      yield* store.found({ instance: 1, rows: people, queue: [] })
      const first = yield* process(pay(1, 1, 20))
      const again = yield* process(Effect.andThen(pay(1, 11, 10), pay(1, 11, 20)))
      assert.strictEqual(first._tag, "Replies")
      if (again._tag !== "Replies") return assert.fail(again._tag)
      assert.deepStrictEqual(
        again.replies.map(({ _tag, n }) => [_tag, n]),
        Array.from({ length: 20 }, (_, i) => ["Accepted", 11 + i])
      )
      assert.deepStrictEqual(yield* rows("SELECT id, gold FROM wr2.purse ORDER BY id"), [
        { id: 1n, gold: 70n },
        { id: 2n, gold: 30n }
      ])
      const [{ actions, seqs }] = yield* rows<any>(
        "SELECT count(*)::int AS actions, (SELECT array_agg(seq::int ORDER BY seq) FROM wr2.event_log) AS seqs FROM wr2.action_log WHERE outcome = 'done'"
      )
      assert.strictEqual(actions, 30)
      assert.deepStrictEqual(
        seqs,
        Array.from({ length: 30 }, (_, i) => i + 1)
      )
    })
  )
})
