/**
 * The ports in memory: one database, five adapters. For tests and simulation; the rules are those of
 * Postgres, and the port suites of testkit hold both to them.
 *
 * **When to use** `InstanceStore.layerMemory` and its like where one engine is built and thrown away.
 * `layerFrom` where engines come and go, or fail, on the same database:
 *
 *     const database = yield* MemoryDatabase.make
 *     const engine = Engine.layer(bank).pipe(Layer.provide([Memory.layerFrom(database), ...]))
 *
 * **Details** A call of a port is one step: no other call sees half of it. Time is the Clock
 * service's, so TestClock drives it, in whole milliseconds. `MemoryFaults` makes calls fail, wait or
 * come to an unknown end; `MemoryDatabase` holds rows, edits them by hand and shows what is kept.
 *
 * **Gotchas** What is handed out is frozen: changing it throws here, and would change nothing in
 * Postgres. A lock that somebody holds is never waited for: what would time out fails at once.
 */
import { Layer } from "effect"
import { Accounts } from "./Accounts.ts"
import { ActionQueue } from "./ActionQueue.ts"
import { ConsumerOffsets } from "./ConsumerOffsets.ts"
import { EventLog } from "./EventLog.ts"
import { InstanceStore } from "./InstanceStore.ts"
import * as MemoryAccounts from "./memory/Accounts.ts"
import * as MemoryConsumerOffsets from "./memory/ConsumerOffsets.ts"
import { MemoryDatabase } from "./memory/Database.ts"
import type { Database } from "./memory/Database.ts"
import * as MemoryInstanceStore from "./memory/InstanceStore.ts"
import * as Reads from "./memory/Reads.ts"

export { MemoryDatabase } from "./memory/Database.ts"
export type { Database, Kept } from "./memory/Database.ts"
export { MemoryFaults, noFaults } from "./memory/Faults.ts"
export type { Call, Faults } from "./memory/Faults.ts"

/** The services of {@link layer}. */
export type Ports = InstanceStore | ActionQueue | EventLog | Accounts | ConsumerOffsets

const ports: Layer.Layer<Ports, never, MemoryDatabase> = Layer.mergeAll(
  Layer.effect(InstanceStore, MemoryInstanceStore.make),
  Layer.effect(ActionQueue, Reads.actionQueue),
  Layer.effect(EventLog, Reads.eventLog),
  Layer.effect(Accounts, MemoryAccounts.make),
  Layer.effect(ConsumerOffsets, MemoryConsumerOffsets.make)
)

/** All ports on one new database, and the database. */
export const layer: Layer.Layer<Ports | MemoryDatabase> = Layer.provideMerge(
  ports,
  MemoryDatabase.layer
)

/** All ports on a given database: a restart keeps what was committed. */
export const layerFrom = (database: Database): Layer.Layer<Ports | MemoryDatabase> =>
  Layer.provideMerge(Layer.fresh(ports), Layer.succeed(MemoryDatabase, database))
