/** The second flight's statements: everything that cycles write, set-based, in the one order. */
import { LockSet } from "@wr2/core"
import type { Aggregate } from "@wr2/core"
import type { Writes } from "@wr2/engine/Records"
import { appendActionLog } from "./queries/appendActionLog.ts"
import { appendEvents } from "./queries/appendEvents.ts"
import * as ClassWrites from "./queries/classWrites.ts"
import { bury } from "./queries/deadLetters.ts"
import * as Outbox from "./queries/outbox.ts"
import * as Queue from "./queries/queue.ts"
import { writeCursors } from "./queries/writeCursors.ts"
import * as WriteRows from "./queries/writeRows.ts"
import * as WriteRuntimes from "./queries/writeRuntimes.ts"
import { add, gather, type Gathered, type Statement } from "./Statement.ts"

interface Writers {
  readonly rows: ClassWrites.Writers<WriteRows.Row>
  readonly runtimes: ClassWrites.Writers<WriteRuntimes.Runtime> | undefined
}
const known = new WeakMap<Aggregate.Any, Writers>()

/** The write statements of a class, made once. */
const writersOf = (aggregate: Aggregate.Any): Writers => {
  let found = known.get(aggregate)
  if (found === undefined) {
    found = {
      rows: WriteRows.writers(aggregate),
      runtimes: aggregate.runtime === undefined ? undefined : WriteRuntimes.writers(aggregate)
    }
    known.set(aggregate, found)
  }
  return found
}

interface Class {
  readonly aggregate: Aggregate.Any
  readonly rows: ClassWrites.Pending<WriteRows.Row>
  readonly runtimes: ClassWrites.Pending<WriteRuntimes.Runtime>
}

/** Writes of rows by class, lowest rank first. */
const classesOf = (
  all: ReadonlyArray<{ readonly instance: number; readonly writes: Writes }>
): ReadonlyArray<Class> => {
  const classes = new Map<Aggregate.Any, Class>()
  const of = (aggregate: Aggregate.Any): Class => {
    let one = classes.get(aggregate)
    if (one === undefined) {
      one = { aggregate, rows: ClassWrites.pending(), runtimes: ClassWrites.pending() }
      classes.set(aggregate, one)
    }
    return one
  }
  for (const { instance, writes } of all) {
    for (const write of writes.rows) ClassWrites.put(of(write.aggregate).rows, instance, write)
    for (const write of writes.runtimes) {
      ClassWrites.put(of(write.aggregate).runtimes, instance, write)
    }
  }
  return [...classes.values()].sort((a, b) =>
    LockSet.order({ aggregate: a.aggregate, id: 0 }, { aggregate: b.aggregate, id: 0 })
  )
}

/** Keys to remove, gathered: numbers of several instances. */
const numbers = (): { readonly instances: Array<number>; readonly keys: Array<number> } => ({
  instances: [],
  keys: []
})

/** The statements of one class; a runtime row goes before its owner, to which it refers. */
const rowStatements = ({ aggregate, rows, runtimes }: Class) => {
  const writers = writersOf(aggregate)
  const own = ClassWrites.statements(writers.rows, rows)
  if (writers.runtimes === undefined) return own
  const live = ClassWrites.statements(writers.runtimes, runtimes)
  return { made: [...own.made, ...live.made], removed: [...live.removed, ...own.removed] }
}

/** All statements of the second flight but COMMIT. */
export const writing = (
  all: ReadonlyArray<{ readonly instance: number; readonly writes: Writes }>
): ReadonlyArray<Statement> => {
  const statements: Array<Statement> = []
  const insert = <R>(
    rowsOf: (writes: Writes) => Iterable<R>,
    make: (rows: Gathered<R>) => Statement
  ): void => {
    const rows = gather<R>()
    for (const { instance, writes } of all) add(rows, instance, rowsOf(writes))
    if (rows.rows.length > 0) statements.push(make(rows))
  }
  const keyed = (
    field: "dequeued" | "attempted" | "delivered",
    make: (instances: ReadonlyArray<number>, keys: ReadonlyArray<number>) => Statement
  ): void => {
    const { instances, keys } = numbers()
    for (const { instance, writes } of all) {
      for (const key of writes[field]) {
        instances.push(instance)
        keys.push(key)
      }
    }
    if (keys.length > 0) statements.push(make(instances, keys))
  }

  insert(({ cursors }) => cursors, writeCursors)
  const removals: Array<ReadonlyArray<Statement>> = []
  for (const one of classesOf(all)) {
    const { made, removed } = rowStatements(one)
    statements.push(...made)
    removals.push(removed)
  }
  for (const removed of removals.reverse()) statements.push(...removed)
  insert(({ events }) => events, appendEvents)
  insert(({ log }) => log, appendActionLog)
  keyed("dequeued", Queue.dequeue)
  keyed("attempted", Queue.attempted)
  insert(({ now, queued }) => queued.map((record) => ({ record, now })), Queue.enqueue)
  insert(({ dead }) => dead, bury)
  insert(({ outbox }) => outbox, Outbox.send)
  keyed("delivered", Outbox.delivered)
  return statements
}
