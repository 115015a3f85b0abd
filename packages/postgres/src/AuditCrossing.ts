/**
 * What concerns several instances: messages sent are on their way or have arrived, once; whoever may
 * travel is in one place. Instances are read one after the other while people travel, so suspicions
 * are gathered here, and each is looked at again at one moment before it is told.
 */
import type { Audit as Declared } from "@wr2/core"
import type { Audit, Finding, Sent } from "@wr2/engine/Audit"
import type { AuditActions } from "@wr2/engine/AuditActions"
import type { Definition } from "@wr2/engine/GameDef"
import type { StoreError } from "@wr2/engine/InstanceStore"
import type { ActionRecord, OutboxRecord } from "@wr2/engine/Records"
import { Effect } from "effect"
import * as Look from "./queries/audit.ts"
import type { Read } from "./Reading.ts"

/** What was on its way between instances when it was read. */
export interface Transit {
  /** Messages not yet taken in; Actions that take one in and wait; those that are dead letters. */
  messages: number
  pending: number
  dead: number
  amounts: Record<string, number>
  /** In dead letters that were given up. */
  dropped: Record<string, number>
}

/** What is kept of an instance that was read. */
interface Done {
  readonly audit: Audit
  readonly came: ReadonlyMap<string, number>
  readonly lastNo: number
  readonly gone: number
}

/** What was gathered of several instances; fed with each, then asked to look again. */
export class Crossing {
  private readonly definition: Definition
  private readonly instances: ReadonlySet<number>
  private readonly read = new Map<number, Done>()
  /** Where travelling rows were seen. */
  private readonly seen = new Map<string, Array<number>>()
  private readonly doubled = new Set<string>()
  private readonly outbox: Array<{ readonly source: number; readonly message: OutboxRecord }> = []
  private readonly carriedBy = new Map<string, string>()
  readonly transit: Transit = { messages: 0, pending: 0, dead: 0, amounts: {}, dropped: {} }

  constructor(definition: Definition, instances: ReadonlySet<number>) {
    this.definition = definition
    this.instances = instances
  }

  private carries(payload: unknown): ReturnType<Declared.Rules["carries"]> {
    try {
      return this.definition.game.audit?.carries(payload) ?? { amounts: {}, rows: [] }
    } catch {
      return { amounts: {}, rows: [] }
    }
  }

  private carried(payload: unknown, into: Record<string, number>, where: string): boolean {
    const { amounts, rows } = this.carries(payload)
    for (const [name, amount] of Object.entries(amounts)) into[name] = (into[name] ?? 0) + amount
    for (const [tag, id] of rows) this.carriedBy.set(`${tag}:${id}`, where)
    return rows.length > 0
  }

  /** An Action that waits. */
  waits(instance: number, { actor, no, payload }: ActionRecord): void {
    if (actor?.type !== "instance") return
    if (this.carried(payload, this.transit.amounts, `pending Action ${instance}/${no}`))
      this.transit.pending++
  }

  /** A dead letter. */
  died(instance: number, { actor, no, payload }: ActionRecord, dropped: boolean): void {
    if (actor?.type !== "instance") return
    const into = dropped ? this.transit.dropped : this.transit.amounts
    if (this.carried(payload, into, `dead letter ${instance}/${no}`)) this.transit.dead++
  }

  /** An instance, read to its end. */
  instance(audit: Audit, actions: AuditActions, outbox: ReadonlyArray<OutboxRecord>): void {
    const { instance } = audit
    this.read.set(instance, {
      audit,
      came: actions.came,
      lastNo: actions.lastNo,
      gone: actions.gone
    })
    for (const message of outbox) this.outbox.push({ source: instance, message })
    for (const aggregate of this.definition.game.audit?.travels ?? []) {
      for (const { id } of audit.rows.all(aggregate)) {
        const key = `${aggregate._tag}:${id}`
        const places = this.seen.get(key)
        if (places === undefined) this.seen.set(key, [instance])
        else {
          places.push(instance)
          this.doubled.add(key)
        }
      }
    }
  }

  /** Looks again at what may be wrong. */
  readonly look = Effect.fnUntraced(function* (
    this: Crossing,
    read: Read
  ): Effect.fn.Return<ReadonlyArray<Finding>, StoreError> {
    const found: Array<Finding> = []
    for (const { message, source } of this.outbox) {
      const finding = yield* this.outgoing(read, source, message)
      if (finding !== undefined) found.push(finding)
    }
    for (const [source, { audit }] of this.read) {
      for (const sent of audit.sent) {
        const finding = yield* this.arrival(read, source, sent)
        if (finding !== undefined) found.push(finding)
      }
    }
    for (const key of this.doubled) found.push(...(yield* this.twice(read, key)))
    for (const [key, where] of this.carriedBy) {
      const places = this.seen.get(key)
      if (places === undefined) continue
      found.push(...(yield* this.both(read, key, where)))
    }
    return found
  })

  /** A message in an outbox: its target is there, an Event sent it; and what it carries is counted. */
  private readonly outgoing = Effect.fnUntraced(function* (
    this: Crossing,
    read: Read,
    source: number,
    { command, n, target }: OutboxRecord
  ) {
    const sent = this.read.get(source)!.audit.sent.find((each) => each.n === n)
    const at = { instance: source, seq: n, action: sent?.action ?? null }
    const [row] = yield* read(Look.message(source, n, target))
    const [there, had, exists] = row!
    if (exists !== true)
      return finding("orphans", `message ${n} is for instance ${target}, which does not exist`, at)
    const { audit } = this.read.get(source)!
    if (sent === undefined && n > audit.since)
      return finding("orphans", `message ${n} in the outbox is of no Event that sends one`, at)
    if (there !== true || (had ?? 0) >= n) return undefined
    this.transit.messages++
    this.carried(command, this.transit.amounts, `message ${source}/${n}`)
    return undefined
  })

  /** A message that an Event sent: in the outbox still, or taken in, by one Action. */
  private readonly arrival = Effect.fnUntraced(function* (
    this: Crossing,
    read: Read,
    source: number,
    { action, n, target }: Sent
  ) {
    const id = `instance:${source}#${n}`
    const there = this.read.get(target)
    if (there?.came.has(id) === true || !this.instances.has(target)) return undefined
    const at = { instance: source, seq: n, action }
    const [row] = yield* read(Look.message(source, n, target))
    const [waits, had] = row!
    if ((had ?? 0) < n)
      return waits === true
        ? undefined
        : finding(
            "places",
            `message ${n} to instance ${target} is not there, and never arrived`,
            at
          )
    // It arrived after its target was read, or so long ago that nothing tells of it.
    if (there === undefined || n <= there.audit.since) return undefined
    const came = yield* read(Look.arrived(target, id, there.lastNo))
    if (came.length > 0 || there.gone > 0) return undefined
    const what = `message ${n} to instance ${target} was taken in there, and no Action came of it`
    return finding("places", what, at)
  })

  private readonly twice = Effect.fnUntraced(function* (this: Crossing, read: Read, key: string) {
    const [tag = "", id] = key.split(":")
    const aggregate = this.definition.aggregates.get(tag)!
    const places = (yield* read(Look.places(aggregate, Number(id)))).map(([at]): number => at)
    if (places.length < 2) return []
    return [this.at(key, places, `${tag} ${id} is in instances ${places.join(" and ")}`)]
  })

  /** Carried by a message and in an instance as well. */
  private readonly both = Effect.fnUntraced(function* (
    this: Crossing,
    read: Read,
    key: string,
    where: string
  ) {
    const [tag = "", id] = key.split(":")
    const aggregate = this.definition.aggregates.get(tag)!
    const [kind, number = ""] = where.split(/ (?=\d)/)
    const [source = 0, n = 0] = number.split("/").map(Number)
    const statement = kind === "message" ? Look.stillSent(source, n) : Look.stillHeld(source, n)
    // The message first: what was there, and has arrived by now, is no doubt gone from it.
    const places = (yield* read(Look.places(aggregate, Number(id)))).map(([at]): number => at)
    const still = yield* read(statement)
    if (places.length === 0 || still.length === 0) return []
    const what = `${tag} ${id} is in instance ${places.join(" and ")} and in ${where}`
    return [this.at(key, places, what)]
  })

  /** With the Action that wrote it last in one of these places; of one that no Event made, that is the offence. */
  private at(key: string, places: ReadonlyArray<number>, what: string): Finding {
    const [tag = "", id] = key.split(":")
    const writers = places.map((instance) => ({
      instance,
      by: this.read.get(instance)?.audit.lastWriter(tag, Number(id))
    }))
    const foreign = writers.find(({ by }) => by === undefined)
    const [first] = writers
    const told =
      foreign === undefined ? "" : `; no Event of instance ${foreign.instance} put it there`
    const written = writers.find(({ by }) => by !== undefined)
    return finding("places", `${what}${told}`, {
      instance: foreign?.instance ?? first!.instance,
      seq: written?.by?.seq ?? null,
      action: written?.by?.action ?? null
    })
  }
}

const finding = (
  rule: Finding["rule"],
  what: string,
  at: Pick<Finding, "instance" | "seq" | "action">
): Finding => ({ rule, what, ...at })
