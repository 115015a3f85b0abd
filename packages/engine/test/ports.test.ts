import { assert, describe, it } from "@effect/vitest"
import * as Memory from "@wr2/engine/Memory"
import { MemoryDatabase } from "@wr2/engine/Memory"
import {
  accountsSuite,
  actionQueueSuite,
  eventLogSuite,
  instanceStoreSuite
} from "@wr2/testkit/PortSuites"
import type { StoreTools } from "@wr2/testkit/PortSuites"
import { Purse } from "@wr2/testkit/TestGame"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import * as Bank from "../../../docs/bank.ts"

const database = <A, E, R>(f: (db: Memory.Database) => Effect.Effect<A, E, R>) =>
  MemoryDatabase.use(f)
const kept = (instance: number) => database((db) => db.kept(instance))
const byNo = (a: { readonly no: number }, b: { readonly no: number }) => a.no - b.no

const tools: StoreTools<MemoryDatabase> = {
  live: false,
  now: database((db) => db.now),
  pass: (millis) => TestClock.adjust(millis),
  holdRow: (instance, ref, part) => database((db) => db.holdRow(instance, ref, part)),
  holdOwner: (instance) => database((db) => db.holdOwner(instance)),
  touchRow: (instance, ref) => database((db) => db.editRow(instance, ref)),
  editRuntime: (instance, ref, to) => database((db) => db.editRuntime(instance, ref, to)),
  dropEvents: (instance, through) => database((db) => db.dropEvents(instance, through)),
  actionLog: (instance) =>
    Effect.map(kept(instance), (found) => [...(found?.log.values() ?? [])].sort(byNo)),
  deadLetters: (instance) =>
    Effect.map(kept(instance), (found) => [...(found?.dead.values() ?? [])].sort(byNo)),
  snapshot: (instance) => Effect.map(kept(instance), (found) => found?.snapshots.get(0)?.rows)
}

// Not 1970: zero would hide what forgets a time.
const layer = Layer.provideMerge(
  Memory.layer,
  Layer.effectDiscard(TestClock.setTime(Date.UTC(2026, 10, 23)))
)

instanceStoreSuite("memory", layer, tools)
actionQueueSuite("memory", layer, tools)
eventLogSuite("memory", layer, tools)
accountsSuite("memory", layer, tools)

describe("the test game", () => {
  it("has the Purse of docs/bank.ts", () => {
    assert.strictEqual(Purse.table, Bank.Purse.table)
    assert.strictEqual(Purse.rank, Bank.Purse.rank)
    assert.deepStrictEqual(Purse.columns, Bank.Purse.columns)
  })
})
