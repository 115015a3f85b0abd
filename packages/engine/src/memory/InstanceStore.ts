/** The port to instances' state, on the memory database. */
import { LockSet } from "@wr2/core"
import { Effect, Result } from "effect"
import type { Activation, InstanceStore, LoadedRow } from "../InstanceStore.ts"
import { InstanceExists, NoInstance, StoreError } from "../PortErrors.ts"
import * as Cycles from "./Cycles.ts"
import { MemoryDatabase } from "./Database.ts"
import { caller, MemoryFaults } from "./Faults.ts"
import * as Reads from "./Reads.ts"
import { byDue, holdKey, lastSeq, rowKey, transact } from "./Tables.ts"
import type { InstanceTables, OwnerRow, State, Transaction } from "./Tables.ts"
import * as Values from "./Values.ts"

const greatest = (...numbers: Iterable<number>[]): number => {
  let found = 0
  for (const each of numbers) for (const number of each) if (number > found) found = number
  return found
}

const loadRows = (tables: InstanceTables): ReadonlyArray<LoadedRow> =>
  [...tables.rows.values()].sort(LockSet.order).map(({ aggregate, id, row, stamp }) => {
    const runtime = tables.runtimes.get(rowKey({ aggregate, id }))
    return {
      aggregate,
      id,
      stamp,
      row,
      runtime: runtime && {
        stamp: runtime.stamp,
        dirty: runtime.dirty,
        cacheVersion: runtime.cacheVersion,
        builtAt: runtime.builtAt,
        data: runtime.data
      }
    }
  })

const load = (
  state: State,
  instance: number,
  owner: OwnerRow,
  released: boolean,
  now: number,
  horizon: number
): Activation => {
  const tables = state.instances.get(instance)!
  const queueUntil = now + horizon
  return {
    instance,
    epoch: owner.epoch,
    lineage: owner.lineage,
    lastSeq: lastSeq(state, instance),
    lastNow: greatest(
      [owner.lastNow, tables.events.at(-1)?.at ?? 0],
      [...tables.log.values(), ...tables.dead.values()].map((record) => record.now)
    ),
    lastNo: greatest(tables.queue.keys(), tables.log.keys(), tables.dead.keys()),
    released,
    now,
    rows: loadRows(tables),
    cursors: [...tables.cursors.values()],
    queue: [...tables.queue.values()].filter(({ runAt }) => runAt <= queueUntil).sort(byDue),
    queueUntil,
    outbox: [...tables.outbox.values()].sort((a, b) => a.n - b.n)
  }
}

/** A write of the owner row; it waits for who holds it, until it times out. */
const writeOwner = (
  state: State,
  instance: number,
  { put }: Transaction,
  change: (owner: OwnerRow) => OwnerRow
): OwnerRow => {
  if (state.held.has(holdKey(instance, "owner"))) {
    throw new StoreError({ reason: "Transient", message: `owner of ${instance}: lock timeout` })
  }
  const changed = Object.freeze(change(state.owners.get(instance)!))
  put(state.owners, instance, changed)
  return changed
}

/** Makes the port. */
export const make: Effect.Effect<InstanceStore["Service"], never, MemoryDatabase> = Effect.gen(
  function* () {
    const { state } = yield* MemoryDatabase
    const { read, write } = caller(state, yield* MemoryFaults, "InstanceStore")
    const queue = yield* Reads.actionQueue
    const owns = (instance: number, epoch: number) => state.owners.get(instance)?.epoch === epoch

    return {
      ...queue,
      found: (birth) =>
        write("found", [birth.instance], (now): Result.Result<void, InstanceExists | StoreError> =>
          state.owners.has(birth.instance)
            ? Result.fail(new InstanceExists({ instance: birth.instance }))
            : Cycles.found(state, birth, now)
        ),

      instances: read("instances", [], () =>
        Result.succeed([...state.owners.keys()].sort((a, b) => a - b))
      ),

      activate: (instance, { incarnation, runner, timersHorizon }) =>
        write("activate", [instance], (now): Result.Result<Activation, NoInstance | StoreError> => {
          const before = state.owners.get(instance)
          if (before === undefined) return Result.fail(new NoInstance({ instance }))
          return transact(state, (transaction) => {
            const owner = writeOwner(state, instance, transaction, (owner) => ({
              ...owner,
              epoch: owner.epoch + 1,
              runner: Values.string("instance_owner.runner", runner),
              incarnation: Values.string("instance_owner.incarnation", incarnation),
              releasedAt: null,
              nextDue: null
            }))
            return load(state, instance, owner, before.releasedAt !== null, now, timersHorizon)
          })
        }),

      commit: (cycles) =>
        write(
          "commit",
          cycles.map(({ instance }) => instance),
          (now) => Cycles.commit(state, cycles, now)
        ),

      confirm: (instance, epoch) =>
        read("confirm", [instance], () => Result.succeed(owns(instance, epoch))),

      owned: (instance, incarnation) =>
        read("owned", [instance], () => {
          const owner = state.owners.get(instance)
          const isOurs = owner?.incarnation === incarnation && owner.releasedAt === null
          return Result.succeed(isOurs ? owner.epoch : undefined)
        }),

      release: (instance, epoch, at) =>
        write("release", [instance], (now) =>
          transact(state, (transaction) => {
            if (!owns(instance, epoch)) return false
            writeOwner(state, instance, transaction, (owner) => ({
              ...owner,
              releasedAt: now,
              nextDue: at.nextDue,
              lastSeq: Math.max(owner.lastSeq, Values.integer("last_seq", at.lastSeq)),
              lastNow: Math.max(owner.lastNow, Values.integer("last_now", at.lastNow))
            }))
            return true
          })
        ),

      ids: (count) =>
        write("ids", [], () => {
          const first = state.nextId
          state.nextId += count
          return Result.succeed(first)
        }),

      heartbeat: (incarnation) =>
        write("heartbeat", [], (now) =>
          transact(state, ({ put }) =>
            put(state.heartbeats, Values.string("incarnation", incarnation), now)
          )
        ),

      sleeping: (deadAfterMillis) =>
        read("sleeping", [], (now) =>
          Result.succeed(
            [...state.owners]
              .filter(([, { incarnation, nextDue, releasedAt }]) => {
                if (releasedAt !== null) return nextDue !== null && nextDue <= now
                const seen = state.heartbeats.get(incarnation!)
                return seen === undefined || now - seen > deadAfterMillis
              })
              .map(([instance]) => ({ instance }))
          )
        )
    }
  }
)
