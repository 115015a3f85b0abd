/**
 * The transaction of cycles, in two flights (docs/protocols.md 2).
 *
 * 1. BEGIN; fence; locks by class in rank order; runtime rows; stamp and clock.
 * 2. What did not come back is looked up without a lock: only then a flight of its own.
 * 3. `decide`, in memory.
 * 4. Writes in rank order, deletes reversed; logs, queue, outbox; COMMIT.
 */
import { LockSet } from "@wr2/core"
import type { Aggregate } from "@wr2/core"
import type { Cycle, CycleOutcome, Locked, LockedRow } from "@wr2/engine/InstanceStore"
import { StoreError } from "@wr2/engine/InstanceStore"
import type { Writes } from "@wr2/engine/Records"
import { Effect } from "effect"
import * as Lanes from "./Lanes.ts"
import * as Fence from "./queries/fence.ts"
import * as FindUnlocked from "./queries/findUnlocked.ts"
import * as LockRows from "./queries/lockRows.ts"
import * as LockRuntimes from "./queries/lockRuntimes.ts"
import type { Statement } from "./Statement.ts"
import { writing } from "./Writing.ts"

/** What was found of one class: by instance, then id. */
class ByKey<A> {
  private readonly instances = new Map<number, Map<number, A>>()
  size = 0
  set(instance: number, id: number, value: A): void {
    let ids = this.instances.get(instance)
    if (ids === undefined) this.instances.set(instance, (ids = new Map()))
    ids.set(id, value)
    this.size++
  }
  get(instance: number, id: number): A | undefined {
    return this.instances.get(instance)?.get(id)
  }
}

type Runtime = NonNullable<LockedRow["runtime"]>

/** One class in this transaction: what is wanted of it, and what came back. */
interface Class {
  readonly aggregate: Aggregate.Any
  readonly wanted: LockRows.Keys
  readonly rows: ByKey<number>
  readonly runtimes: ByKey<Runtime>
  /** Keys that exist but could not be locked; looked up when something did not come back. */
  readonly held: ByKey<true>
}

const texts = new WeakMap<Aggregate.Any, { readonly rows: string; readonly runtimes: string }>()
/** A text is made once for each class: the driver finds its prepared statement by it. */
const textsOf = (aggregate: Aggregate.Any) => {
  let found = texts.get(aggregate)
  if (found === undefined) {
    found = {
      rows: LockRows.text(aggregate),
      runtimes: aggregate.runtime === undefined ? "" : LockRuntimes.text(aggregate)
    }
    texts.set(aggregate, found)
  }
  return found
}

/** The classes of all lock sets, in the one order. */
const classesOf = (cycles: ReadonlyArray<Cycle>): ReadonlyArray<Class> => {
  const classes = new Map<Aggregate.Any, Class>()
  for (const { instance, locks } of cycles) {
    for (const { aggregate, id } of locks) {
      let one = classes.get(aggregate)
      if (one === undefined) {
        one = {
          aggregate,
          wanted: { instances: [], ids: [] },
          rows: new ByKey(),
          runtimes: new ByKey(),
          held: new ByKey()
        }
        classes.set(aggregate, one)
      }
      one.wanted.instances.push(instance)
      one.wanted.ids.push(id)
    }
  }
  return [...classes.values()].sort((a, b) =>
    LockSet.order({ aggregate: a.aggregate, id: 0 }, { aggregate: b.aggregate, id: 0 })
  )
}

/** Keys of a class that fulfil a condition. */
const keysWhere = (
  { wanted }: Class,
  holds: (instance: number, id: number) => boolean
): LockRows.Keys => {
  const keys: LockRows.Keys = { instances: [], ids: [] }
  for (let i = 0; i < wanted.ids.length; i++) {
    if (!holds(wanted.instances[i]!, wanted.ids[i]!)) continue
    keys.instances.push(wanted.instances[i]!)
    keys.ids.push(wanted.ids[i]!)
  }
  return keys
}

interface First {
  readonly stamp: number
  readonly now: number
  /** Instances whose fence came back. */
  readonly fenced: ReadonlySet<number>
}

/** The first flight; fills the classes with what came back. */
const lock = Effect.fnUntraced(function* (
  connection: Lanes.Connection,
  cycles: ReadonlyArray<Cycle>,
  classes: ReadonlyArray<Class>
) {
  const live = classes.filter(({ aggregate }) => aggregate.runtime !== undefined)
  const results = yield* Lanes.flight(connection, [
    Lanes.begin,
    Fence.fence(
      cycles.map(({ instance }) => instance),
      cycles.map(({ epoch }) => epoch)
    ),
    ...classes.map((one) => LockRows.lockRows(textsOf(one.aggregate).rows, one.wanted)),
    ...live.map((one) => LockRows.lockRows(textsOf(one.aggregate).runtimes, one.wanted)),
    Fence.clock
  ])
  classes.forEach((one, i) => {
    for (const [instance, id, stamp] of results[2 + i]!) one.rows.set(instance, id, stamp)
  })
  /** Classes of which not all runtime rows that there are could be locked. */
  const short = live.filter((one, i) => {
    let count = 0
    for (const [instance, id, stamp, dirty, version] of results[2 + classes.length + i]!) {
      if (instance === null) count = id
      else {
        const cacheVersion = typeof version === "number" ? version : null
        one.runtimes.set(instance, id, { stamp, dirty, cacheVersion })
      }
    }
    return one.runtimes.size < count
  })
  const [stamp, now] = results[results.length - 1]![0]!
  const first: First = { stamp, now, fenced: new Set(results[1]!.map(([instance]) => instance)) }
  return { first, short }
})

/** Looks up, without a lock, what did not come back; answers the epochs of unfenced instances. */
const lookUp = Effect.fnUntraced(function* (
  connection: Lanes.Connection,
  cycles: ReadonlyArray<Cycle>,
  classes: ReadonlyArray<Class>,
  short: ReadonlyArray<Class>,
  { fenced }: First
) {
  const statements: Array<Statement> = []
  const holders: Array<Class> = []
  const look = (one: Class, which: FindUnlocked.Which, keys: LockRows.Keys): void => {
    if (keys.ids.length === 0) return
    statements.push(FindUnlocked.findUnlocked(one.aggregate, which, keys))
    holders.push(one)
  }
  for (const one of classes) {
    look(
      one,
      "row",
      keysWhere(one, (i, id) => fenced.has(i) && one.rows.get(i, id) === undefined)
    )
  }
  for (const one of short) {
    look(
      one,
      "runtime",
      keysWhere(
        one,
        (i, id) =>
          fenced.has(i) &&
          one.rows.get(i, id) !== undefined &&
          one.runtimes.get(i, id) === undefined
      )
    )
  }
  const unfenced = cycles.filter(({ instance }) => !fenced.has(instance))
  if (unfenced.length > 0) statements.push(Fence.epochs(unfenced.map(({ instance }) => instance)))
  const epochs = new Map<number, number>()
  if (statements.length === 0) return epochs
  const results = yield* Lanes.flight(connection, statements)
  holders.forEach((one, i) => {
    for (const [instance, id] of results[i]!) one.held.set(instance, id, true)
  })
  if (unfenced.length > 0) {
    for (const [instance, epoch] of results[results.length - 1]!) epochs.set(instance, epoch)
  }
  return epochs
})

/** What the locks found for one instance. */
const lockedOf = (
  { instance, locks }: Cycle,
  classes: ReadonlyMap<Aggregate.Any, Class>,
  now: number
): Locked => {
  const rows: Array<LockedRow> = []
  const skipped: Array<Aggregate.Ref> = []
  const missing: Array<Aggregate.Ref> = []
  for (const ref of locks) {
    const one = classes.get(ref.aggregate)!
    const stamp = one.rows.get(instance, ref.id)
    if (one.held.get(instance, ref.id)) skipped.push(ref)
    else if (stamp === undefined) missing.push(ref)
    else rows.push({ ref, stamp, runtime: one.runtimes.get(instance, ref.id) })
  }
  return { now, rows, skipped, missing }
}

/**
 * One transaction for all cycles. Not interruptible: once COMMIT is sent, somebody has to hear the
 * answer.
 */
export const commit = (
  executors: Lanes.Lanes,
  cycles: ReadonlyArray<Cycle>
): Effect.Effect<ReadonlyArray<CycleOutcome>, StoreError> =>
  cycles.length === 0
    ? Effect.succeed([])
    : executors.use((connection) => Effect.uninterruptible(transact(connection, cycles)))

const transact = Effect.fnUntraced(function* (
  connection: Lanes.Connection,
  cycles: ReadonlyArray<Cycle>
): Effect.fn.Return<ReadonlyArray<CycleOutcome>, StoreError> {
  const ordered = [...cycles].sort((a, b) => a.instance - b.instance)
  const classes = classesOf(ordered)
  const { first, short } = yield* lock(connection, ordered, classes)
  const epochs = yield* lookUp(connection, ordered, classes, short, first)

  const byAggregate = new Map(classes.map((one) => [one.aggregate, one]))
  const outcomes = new Map<number, CycleOutcome>()
  const writes: Array<{ readonly instance: number; readonly writes: Writes }> = []
  for (const cycle of cycles) {
    const { epoch, instance } = cycle
    if (!first.fenced.has(instance)) {
      outcomes.set(instance, { _tag: epochs.get(instance) === epoch ? "Held" : "Fenced" })
      continue
    }
    const made = cycle.decide(lockedOf(cycle, byAggregate, first.now))
    outcomes.set(
      instance,
      made === undefined ? { _tag: "Nothing" } : { _tag: "Committed", stamp: first.stamp }
    )
    if (made !== undefined) writes.push({ instance, writes: made })
  }

  if (writes.length === 0) {
    yield* Lanes.flight(connection, [Lanes.rollback])
  } else {
    // All of it is made before any of it is sent: what has no JSON text fails here.
    const statements = yield* Effect.try({
      try: () => writing(writes),
      catch: (cause) =>
        new StoreError({ reason: "Contents", message: `not encodable: ${String(cause)}` })
    })
    yield* Lanes.flightAndCommit(connection, statements)
  }
  return cycles.map(({ instance }) => outcomes.get(instance)!)
})
