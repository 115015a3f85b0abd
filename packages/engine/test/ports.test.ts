import { assert, describe, it } from "@effect/vitest"
import { EventLog } from "@wr2/engine/EventLog"
import { InstanceStore, StoreError } from "@wr2/engine/InstanceStore"
import * as Memory from "@wr2/engine/Memory"
import { MemoryDatabase } from "@wr2/engine/Memory"
import {
  accountsSuite,
  actionQueueSuite,
  consumerOffsetsSuite,
  eventLogSuite,
  instanceStoreSuite
} from "@wr2/testkit/PortSuites"
import type { StoreTools } from "@wr2/testkit/PortSuites"
import * as S from "@wr2/testkit/PortSuites/Support"
import { Purse } from "@wr2/testkit/TestGame"
import { Context, Effect, Exit, Fiber, Layer } from "effect"
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
consumerOffsetsSuite("memory", layer, tools)

describe("the test game", () => {
  it("has the Purse of docs/bank.ts", () => {
    assert.strictEqual(Purse.table, Bank.Purse.table)
    assert.strictEqual(Purse.rank, Bank.Purse.rank)
    assert.deepStrictEqual(Purse.columns, Bank.Purse.columns)
  })
})

/** The ports of one database, as an engine would get them. */
const ports = (db: Memory.Database, faults: Partial<Memory.Faults> = {}) =>
  Memory.layerFrom(db).pipe(
    Layer.provide(Layer.succeed(Memory.MemoryFaults, { ...Memory.noFaults, ...faults }))
  )
const lost = (reason: StoreError["reason"]) => new StoreError({ reason, message: "lost" })
const paid = { rows: [S.put("update", S.purse(1, 99))], events: [S.event(1)] }

describe("the memory database", () => {
  it.effect(
    "shares nothing that can change: what comes in is copied, what goes out is frozen",
    () =>
      Effect.gen(function* () {
        const tags = [{ deep: ["a"] }]
        const owned = yield* S.born({ rows: [S.counter(1, { tags })] })
        const payload = { list: [1] }
        yield* S.written(owned, { queued: [S.action(1, { payload })] })
        tags[0]!.deep.push("b")
        payload.list.push(2)
        const { queue, rows } = yield* S.activate(owned.instance)
        const row = rows[0]!.row as { tags: Array<{ deep: Array<string> }> }
        assert.deepStrictEqual(row.tags, [{ deep: ["a"] }])
        assert.deepStrictEqual(queue[0]!.payload, { list: [1] })
        assert.throws(() => row.tags[0]!.deep.push("c"), TypeError)
        assert.throws(() => void ((queue[0] as { no: number }).no = 7), TypeError)
      }).pipe(Effect.provide(Memory.layer))
  )

  it.effect("is one for all ports of a composition", () =>
    Effect.gen(function* () {
      const owned = yield* S.born({ rows: [S.purse(1, 1)] })
      yield* S.written(owned, paid)
      const events = yield* Effect.flatMap(EventLog, (log) => log.read(owned.instance, 0, 9))
      assert.strictEqual(events.length, 1)
    }).pipe(Effect.provide(Layer.mergeAll(EventLog.layerMemory, InstanceStore.layerMemory)))
  )

  it.effect("outlives its engines, and is not another one", () =>
    Effect.gen(function* () {
      const [one, two] = [yield* MemoryDatabase.make, yield* MemoryDatabase.make]
      const { epoch, instance } = yield* Effect.provide(S.born({}), ports(one))
      const again = yield* Effect.provide(S.activate(instance), ports(one))
      assert.strictEqual(again.epoch, epoch + 1)
      // Both in one composition: layers are shared by reference, databases are not.
      const both = yield* Layer.build(
        Layer.mergeAll(
          Layer.effect(One, InstanceStore).pipe(Layer.provide(ports(one))),
          Layer.effect(Two, InstanceStore).pipe(Layer.provide(ports(two)))
        )
      )
      assert.deepStrictEqual(yield* Context.get(both, One).instances, [instance])
      assert.deepStrictEqual(yield* Context.get(both, Two).instances, [])
    })
  )

  it.effect("fails before a call, which did nothing, or after it, which is Unknown", () =>
    Effect.gen(function* () {
      const db = yield* MemoryDatabase.make
      const owned = yield* Effect.provide(S.born({ rows: [S.purse(1, 10)] }), ports(db))
      const calls: Array<Memory.Call> = []
      const on = (reason: StoreError["reason"]) => (call: Memory.Call) => {
        calls.push(call)
        return call.method === "commit" ? Effect.fail(lost(reason)) : Effect.void
      }
      const failing = (reason: StoreError["reason"], faults: Partial<Memory.Faults>) =>
        S.failsWith(S.written(owned, paid), reason).pipe(Effect.provide(ports(db, faults)))
      const events = Effect.map(db.kept(owned.instance), (found) => found?.events.length)
      yield* failing("Transient", { before: on("Transient") })
      yield* failing("Unknown", { before: on("Unknown") })
      assert.strictEqual(yield* events, 0)
      // Whatever the hook says: it was written, and nobody was told.
      yield* failing("Unknown", { after: on("Transient") })
      assert.strictEqual(yield* events, 1)
      assert.deepStrictEqual(calls[0], {
        port: "InstanceStore",
        method: "commit",
        instances: [owned.instance]
      })
    })
  )

  it.effect("waits where a fault waits; a commit that was made is not interrupted", () =>
    Effect.gen(function* () {
      const db = yield* MemoryDatabase.make
      const owned = yield* Effect.provide(S.born({ rows: [S.purse(1, 10)] }), ports(db))
      const events = Effect.map(db.kept(owned.instance), (found) => found?.events.length)
      const slow = (at: "before" | "after") =>
        Effect.forkChild(
          Effect.provide(
            S.written(owned, paid),
            ports(db, { [at]: () => Effect.sleep("1 second") })
          )
        )
      const early = yield* slow("before")
      yield* TestClock.adjust("999 millis")
      yield* Fiber.interrupt(early)
      assert.strictEqual(yield* events, 0)
      const late = yield* slow("after")
      yield* TestClock.adjust("999 millis")
      assert.strictEqual(yield* events, 1)
      const interrupting = yield* Effect.forkChild(Fiber.interrupt(late))
      yield* TestClock.adjust("0 millis")
      assert.isUndefined(late.pollUnsafe())
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(interrupting)
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(late)))
    })
  )

  it.effect("refuses what a test tells it to refuse, and then the whole transaction", () =>
    Effect.gen(function* () {
      const { refuse } = yield* MemoryDatabase
      const one = yield* S.born({ rows: [S.purse(1, 10)] })
      const two = yield* S.born({ rows: [S.purse(1, 10)] })
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* refuse((instance, { rows }) =>
            instance === two.instance && rows.length > 0 ? "not today" : undefined
          )
          yield* S.failsWith(S.commit([one, paid], [two, paid]), "Contents")
          assert.strictEqual((yield* S.activate(one.instance)).lastSeq, 0)
        })
      )
      yield* S.written(yield* S.activate(two.instance), paid)
    }).pipe(Effect.provide(Memory.layer))
  )

  it.effect("keeps nothing of a transaction in which decide throws", () =>
    Effect.gen(function* () {
      const store = yield* InstanceStore
      const one = yield* S.born({ rows: [S.purse(1, 10)] })
      const two = yield* S.born({})
      const bug = new Error("a bug of the engine")
      const exit = yield* Effect.exit(
        store.commit([
          S.cycle(one, [Purse.ref(1)], () => S.writes(paid)),
          S.cycle(two, [], () => {
            throw bug
          })
        ])
      )
      assert.deepStrictEqual(exit, Exit.die(bug))
      assert.strictEqual((yield* S.activate(one.instance)).lastSeq, 0)
    }).pipe(Effect.provide(Memory.layer))
  )

  it.effect("lets a write wait in vain for a row that it did not lock", () =>
    Effect.gen(function* () {
      const { holdRow } = yield* MemoryDatabase
      const store = yield* InstanceStore
      const owned = yield* S.born({ rows: [S.purse(1, 10)] })
      yield* holdRow(owned.instance, Purse.ref(1))
      yield* S.failsWith(store.commit([S.cycle(owned, [], () => S.writes(paid))]), "Transient")
    }).pipe(Effect.scoped, Effect.provide(Memory.layer))
  )

  it.effect("has a clock of its own, in whole milliseconds", () =>
    Effect.gen(function* () {
      const { now, shiftClock } = yield* MemoryDatabase
      yield* TestClock.adjust("1500 micros")
      assert.strictEqual(yield* now, 1)
      yield* shiftClock(-5_000)
      const owned = yield* S.born({})
      assert.strictEqual(owned.now, -4_999)
      assert.strictEqual((yield* S.look(owned, [])).now, -4_999)
    }).pipe(Effect.provide(Memory.layer))
  )
})

class One extends Context.Service<One, InstanceStore["Service"]>()("test/One") {}
class Two extends Context.Service<Two, InstanceStore["Service"]>()("test/Two") {}
