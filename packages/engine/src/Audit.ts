/**
 * Checks what is kept of one instance: history folded over a snapshot gives the rows, seqs have no
 * gap, what a game conserves changes only by Events that say so, everything is somewhere. Fed in
 * order: Events, then rows, then `finish`. Pure but for what it remembers, for memory and any
 * database alike; testkit's invariants and `wr2 audit` are both made of it.
 */
import type { Aggregate, Audit as Declared, Event } from "@wr2/core"
import { EngineEvents, LockSet, Plain } from "@wr2/core"
import * as Fold from "./Fold.ts"
import type { Definition } from "./GameDef.ts"
import type { LoadedRow } from "./InstanceStore.ts"
import { Projection } from "./Projection.ts"
import type { EventRecord } from "./Records.ts"

/** What is held up against an instance. */
export type Rule =
  | "seqs"
  | "folds"
  | "conserved"
  | "projection"
  | "actions"
  | "orphans"
  | "places"
  | "decodes"

/** Something that is wrong. */
export interface Finding {
  readonly rule: Rule
  readonly instance: number
  readonly what: string
  /** Where it first shows: an Event, and the Action that made it. */
  readonly seq: number | null
  readonly action: number | null
}

/** Who wrote a row last, as far as this history goes. */
interface Written {
  readonly seq: number
  readonly action: number | null
}

/** Findings of one rule in one instance that are told one by one. */
export const toldMax = 20

/** A message that an Event sent. */
export interface Sent {
  readonly n: number
  readonly action: number | null
  readonly target: number
  readonly command: unknown
}

const plus = (into: Map<string, number>, amounts: Declared.Amounts, sign = 1): void => {
  for (const [name, amount] of Object.entries(amounts))
    into.set(name, (into.get(name) ?? 0) + sign * amount)
}

export class Audit {
  private readonly definition: Definition
  private readonly rules: Declared.Rules | undefined
  readonly instance: number
  /** What the Events give. */
  private readonly folded: Projection
  /** What is in the tables. */
  readonly rows: Projection
  private readonly written = new Map<string, Written>()
  private readonly found: Array<Finding> = []
  private readonly counts = new Map<Rule, number>()
  /** What there should be, by what Events say they make. */
  private readonly due = new Map<string, number>()
  private readonly wrongly = new Set<string>()
  private broken: boolean
  /** What history is looked at from: the Events after this seq. */
  readonly since: number
  private readonly born = new Set<string>()
  private seq: number
  /** Messages sent, in order. */
  readonly sent: Array<Sent> = []
  events = 0

  /** `start`: the rows as of `seq`, from a snapshot; undefined where history does not reach back to one. */
  constructor(
    definition: Definition,
    instance: number,
    start: { readonly seq: number; readonly projection: Projection | undefined }
  ) {
    this.definition = definition
    this.rules = definition.game.audit
    this.instance = instance
    this.seq = this.since = start.seq
    this.broken = start.projection === undefined
    this.folded = start.projection ?? new Projection(definition.game.aggregates)
    this.rows = new Projection(definition.game.aggregates)
    for (const [aggregate, id, { corrupt, row }] of this.folded.entries()) {
      this.born.add(LockSet.key({ aggregate, id }))
      if (!corrupt) plus(this.due, this.holds(aggregate, row))
    }
  }

  /** Notes what is wrong; of one rule the first ones are told, the rest counted. */
  note(rule: Rule, what: string, at: Partial<Written> = {}): void {
    const count = (this.counts.get(rule) ?? 0) + 1
    this.counts.set(rule, count)
    if (count > toldMax) return
    const { action = null, seq = null } = at
    this.found.push({ rule, instance: this.instance, what, seq, action })
  }

  private holds(aggregate: Aggregate.Any, row: unknown): Declared.Amounts {
    return this.rules?.holds(aggregate._tag, row) ?? {}
  }

  /** Who wrote a row last. */
  lastWriter(aggregate: string, id: number): Written | undefined {
    return this.written.get(`${aggregate}:${id}`)
  }

  /** Whether anything of it was ever here; true also where this history does not say. */
  wasHere(aggregate: string, id: number): boolean {
    const key = `${aggregate}:${id}`
    return this.broken || this.since > 0 || this.written.has(key) || this.born.has(key)
  }

  /** Whether rows can be held against Events: there was a snapshot, and nothing since is missing. */
  get folds(): boolean {
    return !this.broken
  }

  /** The seq of the last Event given. */
  get last(): number {
    return this.seq
  }

  /** The next Event. */
  event(record: EventRecord): void {
    const { actionNo: action, payload, seq } = record
    this.events++
    if (seq !== this.seq + 1) {
      const missing = seq > this.seq + 1
      const what = missing
        ? `Event ${this.seq + 1} is missing: after it comes ${seq}`
        : `Event ${seq} comes after ${this.seq}`
      this.note("seqs", what, { seq, action })
      // What came after what is missing cannot be folded.
      this.broken = true
    }
    this.seq = seq
    let value: Event.AnyValue
    try {
      value = JSON.parse(payload) as Event.AnyValue
      const entry = this.definition.events.get(value._tag)
      if (entry === undefined) throw new Error(`${value._tag} is no Event of this game`)
      if (entry.misfit(value) !== undefined) throw new Error("it does not fit its fields")
      const message = entry.event.sends?.(value as never)
      if (message !== undefined)
        this.sent.push({ n: seq, action, target: message.target, command: message.command })
      if (!this.broken) this.apply(record, value, entry.event)
    } catch (error) {
      this.note("folds", `Event ${seq} (${record.type}) does not fold: ${String(error)}`, {
        seq,
        action
      })
      this.broken = true
    }
  }

  private apply(record: EventRecord, value: Event.AnyValue, event: Event.Any): void {
    const at = { seq: record.seq, action: record.actionNo }
    const touched = new Map<string, Aggregate.Ref>()
    for (const { aggregate, id } of event.evolve(value as never))
      touched.set(LockSet.key({ aggregate, id }), { aggregate, id })
    if (value._tag === EngineEvents.RuntimeRebuilt._tag) {
      const { aggregate, id } = value as unknown as { aggregate: string; id: number }
      touched.set(`${aggregate}:${id}`, {
        aggregate: this.definition.aggregates.get(aggregate)!,
        id
      })
    }
    const change = new Map<string, number>()
    const count = (sign: number) => {
      for (const { aggregate, id } of touched.values()) {
        const row = this.folded.get(aggregate, id)
        if (row !== undefined) plus(change, this.holds(aggregate, row), sign)
      }
    }
    count(-1)
    Fold.apply(this.definition, this.folded, { value, at: record.at })
    count(1)
    for (const { aggregate, id } of touched.values())
      this.written.set(`${aggregate._tag}:${id}`, at)
    if (this.events % 1_000 === 0) this.folded.commit(0)
    if (this.rules === undefined) return
    const makes = this.rules.makes(value)
    plus(this.due, makes)
    plus(change, makes, -1)
    for (const [name, amount] of change) {
      if (amount === 0 || this.wrongly.has(name)) continue
      this.wrongly.add(name)
      const says = makes[name] ?? 0
      const what = `${record.type} (Event ${record.seq}) says that it makes ${says} ${name}, and makes ${says + amount}`
      this.note("conserved", what, at)
    }
  }

  /** A row as it is in its table. */
  row(loaded: LoadedRow): void {
    const wrong = this.rows.load(loaded)
    const { _tag } = loaded.aggregate
    if (wrong !== undefined)
      this.note("decodes", `${wrong}: it does not decode`, this.lastWriter(_tag, loaded.id))
  }

  /** Everything was given: what is wrong. */
  finish(): ReadonlyArray<Finding> {
    this.folded.commit(0)
    if (!this.broken) {
      this.compare()
      this.indexes()
      this.sums()
    }
    this.homes()
    const more = [...this.counts].flatMap(([rule, count]): ReadonlyArray<Finding> =>
      count <= toldMax
        ? []
        : [
            {
              rule,
              instance: this.instance,
              what: `and ${count - toldMax} more of this kind`,
              seq: null,
              action: null
            }
          ]
    )
    return [...this.found, ...more]
  }

  private compare(): void {
    const told = (name: string, id: number, what: string) =>
      this.note("folds", `${name} ${id} ${what}`, this.lastWriter(name, id))
    for (const [aggregate, id, kept] of this.rows.entries()) {
      const { _tag } = aggregate
      const due = this.folded.entry(aggregate, id)
      if (kept.corrupt) continue
      if (due === undefined) {
        const gone = this.lastWriter(_tag, id) !== undefined
        told(
          _tag,
          id,
          gone ? "is there, and Events have removed it" : "is there, and no Event made it"
        )
        continue
      }
      for (const field of new Set([...Object.keys(due.row), ...Object.keys(kept.row)])) {
        const [is, was] = [kept.row[field], due.row[field]].map(text)
        if (is !== was) told(_tag, id, `has ${field} ${is}, and by its Events ${was}`)
      }
      if ((kept.runtime === undefined) !== (due.runtime === undefined))
        told(
          _tag,
          id,
          `${kept.runtime === undefined ? "has no" : "has a"} runtime row, and by its Events ${due.runtime === undefined ? "none" : "one"}`
        )
      else if (
        kept.runtime !== undefined &&
        !this.rows.stale(aggregate, kept.runtime) &&
        !this.folded.stale(aggregate, due.runtime!) &&
        text(kept.runtime.data) !== text(due.runtime!.data)
      )
        told(
          _tag,
          id,
          `has runtime data ${text(kept.runtime.data)}, and by its Events ${text(due.runtime!.data)}`
        )
    }
    for (const [aggregate, id] of this.folded.entries()) {
      if (this.rows.entry(aggregate, id) === undefined)
        told(aggregate._tag, id, "is not there, and by its Events it is")
    }
  }

  /** Indexes that grew with the Events are those of the same rows loaded anew: the owner's are kept the same way. */
  private indexes(): void {
    const anew = new Projection(this.definition.game.aggregates)
    for (const [aggregate, id, { row, runtime }] of this.folded.entries())
      anew.load({ aggregate, id, stamp: 0, row, runtime })
    for (const aggregate of this.definition.game.aggregates) {
      for (const name of Object.keys(aggregate.indexes)) {
        const keys = new Set<string | number>()
        for (const row of anew.all(aggregate)) {
          const key = aggregate.indexes[name]!(row)
          if (key !== null) keys.add(key)
        }
        let count = 0
        for (const key of keys) {
          const [here, there] = [this.folded, anew].map((projection) =>
            projection.by(aggregate, name, key).map(({ id }) => id)
          )
          count += here!.length
          if (text(here) !== text(there))
            this.note(
              "projection",
              `index ${name} of ${aggregate._tag} has under ${key} ${text(here)}, rebuilt ${text(there)}`
            )
        }
        const indexed = anew.all(aggregate).filter((row) => aggregate.indexes[name]!(row) !== null)
        if (count !== indexed.length)
          this.note(
            "projection",
            `index ${name} of ${aggregate._tag} names ${count} rows, rebuilt ${indexed.length}`
          )
      }
      const [here, there] = [this.folded, anew].map((projection) =>
        text(projection.active(aggregate))
      )
      if (here !== there)
        this.note("projection", `active of ${aggregate._tag} are ${here}, rebuilt ${there}`)
    }
  }

  /** What the rows hold, all in all. */
  held(): ReadonlyMap<string, number> {
    const held = new Map<string, number>()
    for (const [aggregate, , { corrupt, row }] of this.rows.entries())
      if (!corrupt) plus(held, this.holds(aggregate, row))
    return held
  }

  private sums(): void {
    const held = this.held()
    for (const name of new Set([...held.keys(), ...this.due.keys()])) {
      const [is, due] = [held.get(name) ?? 0, this.due.get(name) ?? 0]
      // Where an Event is to blame, that was told when it came.
      if (is === due || this.wrongly.has(name)) continue
      const [first] = this.differing(name)
      const where =
        first === undefined
          ? ""
          : `: ${first.name} ${first.id} holds ${first.is}, by its Events ${first.due}`
      const what = `there are ${is} ${name}, and ought to be ${due}${where}`
      this.note("conserved", what, first && this.lastWriter(first.name, first.id))
    }
  }

  /** Rows that hold something else than their Events say, the first that was written first. */
  private differing(amount: string) {
    const of = (projection: Projection, aggregate: Aggregate.Any, id: number): number => {
      const row = projection.get(aggregate, id)
      return row === undefined ? 0 : (this.holds(aggregate, row)[amount] ?? 0)
    }
    const all = [...this.folded.entries(), ...this.rows.entries()].flatMap(([aggregate, id]) => {
      const [is, due] = [of(this.rows, aggregate, id), of(this.folded, aggregate, id)]
      const seq = this.lastWriter(aggregate._tag, id)?.seq ?? 0
      return is === due ? [] : [{ name: aggregate._tag, id, is, due, seq }]
    })
    return all.sort((a, b) => a.seq - b.seq)
  }

  private homes(): void {
    if (this.rules === undefined) return
    for (const [aggregate, id, { corrupt, row }] of this.rows.entries()) {
      if (corrupt) continue
      for (const [tag, home] of this.rules.within(aggregate._tag, row)) {
        const of = this.definition.aggregates.get(tag)
        if (of !== undefined && this.rows.entry(of, home) !== undefined) continue
        const at = this.lastWriter(aggregate._tag, id)
        this.note("orphans", `${aggregate._tag} ${id} is in ${tag} ${home}, which is not there`, at)
      }
    }
  }
}

const text = (value: unknown): string => Plain.canonical(value ?? null)
