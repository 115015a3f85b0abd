/**
 * The owner's fold of an instance's rows, with their declared indexes: what plans and rules read.
 * Derived and rebuildable, exact as of the last commit. While a cycle decides, changes are made in
 * place and journalled: `undo` takes back one Action, `rollback` the whole cycle, `commit` keeps it.
 * So every read, also by an index, sees what the Action before left, and nothing is copied.
 */
import type { Aggregate, Projection as Reads } from "@wr2/core"
import type { LoadedRow, Stamp } from "./InstanceStore.ts"
import type { RowWrite, RuntimeWrite } from "./Records.ts"
import { Class } from "./Rows.ts"
import type { Entry, RuntimeEntry } from "./Rows.ts"

type Journal = Map<Class, Map<number, Entry | undefined>>

const ascending = (a: number, b: number): number => a - b

/** The writer. Only the cycle holds it; everybody else sees it as core's read-only Projection. */
export class Projection implements Reads {
  private readonly classes = new Map<string, Class>()
  private readonly ordered: ReadonlyArray<Class>
  private cycle: Journal = new Map()
  private action: Journal = new Map()
  /** Time for runtime data that a plan reads while it is stale. */
  lastNow = 0

  constructor(aggregates: ReadonlyArray<Aggregate.Any>) {
    for (const aggregate of aggregates) this.classes.set(aggregate._tag, new Class(aggregate))
    this.ordered = [...this.classes.values()].sort(
      (a, b) =>
        a.aggregate.rank - b.aggregate.rank || (a.aggregate._tag < b.aggregate._tag ? -1 : 1)
    )
  }

  private class(aggregate: Aggregate.Any): Class {
    const found = this.classes.get(aggregate._tag)
    if (found === undefined) throw new Error(`${aggregate._tag} is not an aggregate of this game`)
    return found
  }

  // ------------------------------------------------------------------ reads

  readonly get = (aggregate: Aggregate.Any, id: number): any => {
    const entry = this.class(aggregate).rows.get(id)
    return entry === undefined || entry.corrupt ? undefined : entry.row
  }

  readonly by = (
    aggregate: Aggregate.Any,
    index: string,
    key: string | number
  ): ReadonlyArray<any> => {
    const of = this.class(aggregate)
    const ids = of.byName.get(index)
    if (ids === undefined) throw new Error(`${aggregate._tag} has no index ${index}`)
    const found = ids.get(key)
    return found === undefined ? [] : [...found].sort(ascending).map((id) => of.rows.get(id)!.row)
  }

  readonly all = (aggregate: Aggregate.Any): ReadonlyArray<any> => {
    const { rows } = this.class(aggregate)
    return [...rows.entries()]
      .filter(([, entry]) => !entry.corrupt)
      .sort(([a], [b]) => a - b)
      .map(([, entry]) => entry.row)
  }

  readonly runtime = (aggregate: Aggregate.Any, id: number): any => {
    const entry = this.class(aggregate).rows.get(id)
    if (entry?.runtime === undefined || entry.corrupt) return undefined
    return this.stale(aggregate, entry.runtime)
      ? aggregate.runtime.build(entry.row, this.lastNow)
      : entry.runtime.data
  }

  readonly active = (aggregate: Aggregate.Any): ReadonlyArray<number> =>
    [...this.class(aggregate).active].sort(ascending)

  /** How many of a class are active. */
  activeCount(aggregate: Aggregate.Any): number {
    return this.class(aggregate).active.size
  }

  /** The entry as held, corrupt ones too. */
  entry(aggregate: Aggregate.Any, id: number): Entry | undefined {
    return this.class(aggregate).rows.get(id)
  }

  /** Whether runtime data is to be built anew before it is used. */
  stale(aggregate: Aggregate.Any, runtime: RuntimeEntry): boolean {
    return runtime.dirty || runtime.corrupt || runtime.cacheVersion !== aggregate.runtime?.version
  }

  /** How many rows are held: the weight of the instance. */
  get weight(): number {
    let sum = 0
    for (const of of this.ordered) sum += of.rows.size
    return sum
  }

  /** Every row, in rank order then id: for snapshots and comparisons. */
  *entries(): Generator<readonly [Aggregate.Any, number, Entry]> {
    for (const { aggregate } of this.ordered) {
      for (const [id, entry] of this.entriesOf(aggregate)) yield [aggregate, id, entry]
    }
  }

  /** Every row of a class, in order of id. */
  *entriesOf(aggregate: Aggregate.Any): Generator<readonly [number, Entry]> {
    const { rows } = this.class(aggregate)
    for (const id of [...rows.keys()].sort(ascending)) yield [id, rows.get(id)!]
  }

  // ------------------------------------------------------------------ writes

  /** Takes a loaded row in, checked by its schema. Returns what is wrong with it, if anything is. */
  load(loaded: LoadedRow): string | undefined {
    const of = this.class(loaded.aggregate)
    let wrong = of.misfit(loaded.row)
    const runtime = loaded.runtime
    const entry: Entry = {
      row: loaded.row,
      stamp: loaded.stamp,
      corrupt: wrong !== undefined,
      runtime:
        runtime === undefined
          ? undefined
          : {
              ...runtime,
              builtAt: runtime.builtAt ?? 0,
              corrupt: of.runtimeMisfit(runtime.data) !== undefined
            }
    }
    try {
      of.put(loaded.id, entry)
    } catch (error) {
      wrong = `an index of it throws: ${String(error)}`
      of.put(loaded.id, { ...entry, corrupt: true })
    }
    return wrong === undefined ? undefined : `${loaded.aggregate._tag} ${loaded.id}: ${wrong}`
  }

  /** Notes that the database holds this runtime row as dirty or old: it is rebuilt at its next use. */
  markStale(aggregate: Aggregate.Any, id: number, stamp: Stamp): void {
    const of = this.class(aggregate)
    const entry = of.rows.get(id)
    if (entry?.runtime === undefined) return
    of.put(id, { ...entry, runtime: { ...entry.runtime, stamp, dirty: true } })
  }

  /** Applies one change; throws when it does not fit: a defect of the Event's evolve. */
  apply(change: Aggregate.Change, now: number): void {
    const of = this.class(change.aggregate)
    const before = of.rows.get(change.id)
    const name = `${change.aggregate._tag} ${change.id}`
    if (change.op === "insert") {
      if (before !== undefined) throw new Error(`${name} exists already`)
      this.put(of, change.id, {
        row: this.checked(of, change, change.row, of.misfit(change.row)),
        stamp: -1,
        corrupt: false,
        runtime: undefined
      })
      return
    }
    if (before === undefined) throw new Error(`${name} does not exist (${change.op})`)
    switch (change.op) {
      case "update": {
        if (before.corrupt) throw new Error(`${name} does not decode`)
        const made = change.f(before.row)
        const row = this.checked(of, change, made, of.changedMisfit(before.row, made))
        this.put(of, change.id, { ...before, row })
        return
      }
      case "remove":
        this.put(of, change.id, undefined)
        return
      case "runtimeSet":
        this.putRuntime(of, change.id, before, change.data, now)
        return
      case "runtimeUpdate":
        if (before.runtime === undefined) throw new Error(`${name} has no runtime row`)
        this.putRuntime(of, change.id, before, change.f(before.runtime.data), now)
        return
      case "runtimeRemove":
        if (before.runtime === undefined) throw new Error(`${name} has no runtime row`)
        this.put(of, change.id, { ...before, runtime: undefined })
        return
    }
  }

  private checked(of: Class, { id }: Aggregate.Change, row: any, wrong: string | undefined): any {
    const name = of.aggregate._tag
    if (wrong !== undefined) throw new Error(`${name} ${id}: ${wrong}`)
    if (row.id !== id) throw new Error(`${name}:${id}: evolve changes its id to ${row.id}`)
    return row
  }

  private putRuntime(of: Class, id: number, before: Entry, data: any, now: number): void {
    const name = `${of.aggregate._tag} ${id} runtime`
    if (of.aggregate.runtime === undefined) throw new Error(`${name}: none declared`)
    const wrong = of.runtimeMisfit(data)
    if (wrong !== undefined) throw new Error(`${name}: ${wrong}`)
    const runtime: RuntimeEntry = {
      data,
      cacheVersion: of.aggregate.runtime.version,
      builtAt: now,
      dirty: false,
      stamp: before.runtime?.stamp ?? -1,
      corrupt: false
    }
    this.put(of, id, { ...before, runtime })
  }

  private put(of: Class, id: number, entry: Entry | undefined): void {
    let journal = this.action.get(of)
    if (journal === undefined) this.action.set(of, (journal = new Map()))
    if (!journal.has(id)) journal.set(id, of.rows.get(id))
    of.put(id, entry)
  }

  /** Keeps what the Action changed, as part of the cycle. */
  keep(): void {
    for (const [of, changed] of this.action) {
      let journal = this.cycle.get(of)
      if (journal === undefined) this.cycle.set(of, (journal = new Map()))
      for (const [id, before] of changed) if (!journal.has(id)) journal.set(id, before)
    }
    this.action = new Map()
  }

  /** Takes back what the Action changed. */
  undo(): void {
    restore(this.action)
    this.action = new Map()
  }

  /** Takes back the whole cycle. */
  rollback(): void {
    this.undo()
    restore(this.cycle)
    this.cycle = new Map()
  }

  /** Keeps the cycle: what it wrote now has this stamp. */
  commit(stamp: Stamp): void {
    this.keep()
    for (const [of, changed] of this.cycle) {
      for (const [id, before] of changed) {
        const entry = of.rows.get(id)
        if (entry === undefined) continue
        const rowChanged = before?.row !== entry.row
        const runtimeChanged = entry.runtime !== undefined && before?.runtime !== entry.runtime
        of.put(id, {
          ...entry,
          stamp: rowChanged ? stamp : entry.stamp,
          runtime: runtimeChanged ? { ...entry.runtime!, stamp } : entry.runtime
        })
      }
    }
    this.cycle = new Map()
  }

  /** Whether the row was made by the Action that is running. */
  createdInAction(aggregate: Aggregate.Any, id: number): boolean {
    const of = this.class(aggregate)
    const inAction = this.action.get(of)
    return inAction?.has(id) === true && inAction.get(id) === undefined && of.rows.has(id)
  }

  /** Whether the row was made in this cycle (and so counts as locked). */
  createdInCycle(aggregate: Aggregate.Any, id: number): boolean {
    const of = this.class(aggregate)
    const inCycle = this.cycle.get(of)
    if (inCycle?.has(id)) return inCycle.get(id) === undefined && of.rows.has(id)
    return this.createdInAction(aggregate, id)
  }

  /** What the cycle writes: the difference per row. Removed and made again is an update. */
  diff(): {
    readonly rows: ReadonlyArray<RowWrite>
    readonly runtimes: ReadonlyArray<RuntimeWrite>
  } {
    const rows: Array<RowWrite> = []
    const runtimes: Array<RuntimeWrite> = []
    for (const of of this.ordered) {
      const changed = this.cycle.get(of)
      if (changed === undefined) continue
      const { aggregate } = of
      for (const id of [...changed.keys()].sort(ascending)) {
        const before = changed.get(id)
        const after = of.rows.get(id)
        if (after === undefined) {
          if (before !== undefined) rows.push({ op: "delete", aggregate, id })
        } else if (before === undefined) rows.push({ op: "insert", aggregate, id, row: after.row })
        else if (before.row !== after.row)
          rows.push({ op: "update", aggregate, id, row: after.row, before: before.row })
        const was = before?.runtime
        const is = after?.runtime
        if (is === undefined) {
          if (was !== undefined) runtimes.push({ op: "delete", aggregate, id })
        } else if (was !== is) {
          runtimes.push({
            op: was === undefined ? "insert" : "update",
            aggregate,
            id,
            data: is.data,
            builtAt: is.builtAt
          })
        }
      }
    }
    return { rows, runtimes }
  }
}

const restore = (journal: Journal): void => {
  for (const [of, changed] of journal) {
    of.heal()
    for (const [id, before] of changed) of.put(id, before)
  }
}
