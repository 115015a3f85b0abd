/** One class of an instance's rows as its owner holds them, with their declared indexes. */
import type { Aggregate } from "@wr2/core"
import type { Schema } from "effect"
import type { Stamp } from "./InstanceStore.ts"
import * as Misfit from "./Misfit.ts"

/** Runtime data as held. */
export interface RuntimeEntry {
  readonly data: any
  readonly cacheVersion: number | null
  readonly builtAt: number
  readonly dirty: boolean
  readonly stamp: Stamp
  /** It does not decode: like an old version, it is rebuilt at its next use. */
  readonly corrupt: boolean
}

/** A row as held; replaced, never changed. */
export interface Entry {
  readonly row: any
  readonly stamp: Stamp
  readonly runtime: RuntimeEntry | undefined
  /** The row does not decode: quarantined, Corrupt for Actions that need it. */
  readonly corrupt: boolean
}

/** One class of rows, its indexes, and who of it is active. */
export class Class {
  readonly aggregate: Aggregate.Any
  readonly rows = new Map<number, Entry>()
  readonly active = new Set<number>()
  readonly indexes: ReadonlyArray<
    readonly [(row: any) => string | number | null, Map<string | number, Set<number>>]
  >
  readonly byName: ReadonlyMap<string, Map<string | number, Set<number>>>
  readonly misfit: Misfit.Misfit
  private readonly fields: ReadonlyArray<readonly [name: string, misfit: Misfit.Misfit]>
  readonly runtimeMisfit: Misfit.Misfit

  constructor(aggregate: Aggregate.Any) {
    this.aggregate = aggregate
    const named = Object.entries(
      aggregate.indexes as Record<string, (row: any) => string | number | null>
    ).map(([name, of]) => [name, of, new Map<string | number, Set<number>>()] as const)
    this.indexes = named.map(([, of, map]) => [of, map])
    this.byName = new Map(named.map(([name, , map]) => [name, map]))
    this.misfit = Misfit.of(aggregate.Row)
    this.fields = Object.entries(aggregate.Row.fields as Record<string, Schema.Top>).map(
      ([name, schema]) => [name, Misfit.of(schema)]
    )
    this.runtimeMisfit =
      aggregate.runtime === undefined ? () => "none declared" : Misfit.of(aggregate.runtime.schema)
  }

  /** What is wrong with a row that comes of one that fits: only what is not the same is looked at. */
  changedMisfit(before: any, row: any): string | undefined {
    if (before === row) return undefined
    let names = 0
    for (const _ in row) names++
    // Not a record of these fields alone: it is told as any other.
    if (names !== this.fields.length || Object.getPrototypeOf(row) !== Object.prototype)
      return this.misfit(row)
    for (const [name, misfit] of this.fields)
      if (row[name] !== before[name] && misfit(row[name]) !== undefined) return this.misfit(row)
    return undefined
  }

  /** What `put` is at: rules run under a time limit, which may end it halfway. */
  private halfway:
    | {
        readonly id: number
        readonly before: Entry | undefined
        readonly moves: ReadonlyArray<Move>
      }
    | undefined

  put(id: number, entry: Entry | undefined): void {
    const before = this.rows.get(id)
    // Keys first, they are the game's code: if one throws, nothing has changed.
    const moves = before?.row === entry?.row ? [] : this.moves(before, entry)
    this.halfway = { id, before, moves }
    for (const [map, was, is] of moves) {
      drop(map, was, id)
      add(map, is, id)
    }
    if (entry === undefined) this.rows.delete(id)
    else this.rows.set(id, entry)
    if (entry?.runtime === undefined) this.active.delete(id)
    else this.active.add(id)
    this.halfway = undefined
  }

  private moves(before: Entry | undefined, after: Entry | undefined): ReadonlyArray<Move> {
    return this.indexes.flatMap(([of, map]): Array<Move> => {
      const was = before === undefined || before.corrupt ? null : of(before.row)
      const is = after === undefined || after.corrupt ? null : of(after.row)
      return was === is ? [] : [[map, was, is]]
    })
  }

  /** Takes back a `put` that was ended halfway. */
  heal(): void {
    if (this.halfway === undefined) return
    const { before, id, moves } = this.halfway
    for (const [map, was, is] of moves) {
      drop(map, is, id)
      add(map, was, id)
    }
    if (before === undefined) this.rows.delete(id)
    else this.rows.set(id, before)
    if (before?.runtime === undefined) this.active.delete(id)
    else this.active.add(id)
    this.halfway = undefined
  }
}

/** From one key of an index to another. */
type Move = readonly [
  map: Map<string | number, Set<number>>,
  was: string | number | null,
  is: string | number | null
]

const drop = (map: Move[0], key: string | number | null, id: number): void => {
  if (key === null) return
  const ids = map.get(key)
  ids?.delete(id)
  if (ids?.size === 0) map.delete(key)
}

const add = (map: Move[0], key: string | number | null, id: number): void => {
  if (key === null) return
  const ids = map.get(key)
  if (ids === undefined) map.set(key, new Set([id]))
  else ids.add(id)
}
